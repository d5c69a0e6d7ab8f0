// What is looked at in each part of the bot, when it counts as away, and what that means for people.
import type { Clock } from "../core/ports/clock.ts";
import type { QueueState } from "../core/ports/jobs.ts";
import type { Store } from "../core/ports/store.ts";
import type { Probe } from "./watch.ts";

/** What the parts say of themselves; each is asked anew at every look. */
export interface Watched {
  readonly store: Pick<Store, "settings" | "outbox"> & Pick<Store, "transact">;
  /** Whether the last transaction of anybody was refused by the store. */
  readonly lastCommitFailed: () => boolean;
  /** When the oldest job became due that nobody runs, or null. */
  readonly oldestDueJob: () => Promise<number | null>;
  readonly queue: () => QueueState;
  readonly isConnected: () => boolean;
  /** Why nothing may be changed because of the log, or null. */
  readonly sealedBecause: () => string | null;
  /** As of when each cluster is known; null before its first whole listing. */
  readonly clusters: () => ReadonlyMap<string, number | null>;
  readonly clock: Clock;
}

/** Longer than a sweep of the jobs and a round of the outbox by far, shorter than anybody's patience. */
const lateMs = 60_000;
/** A queue that is opened, or made anew after an outage. */
const queueLateMs = 10_000;
/** Lines of the record are paced, and may lawfully wait. */
const messagesLateMs = 120_000;
/** A watch is opened anew within seconds. */
const staleMs = 30_000;

export function probesOf(watched: Watched, clusters: readonly string[]): readonly Probe[] {
  const { clock } = watched;
  return [
    {
      ...{ kind: "store", name: "", title: "The store" },
      look: () => storeSays(watched),
    },
    {
      ...{ kind: "jobs", name: "", title: "Jobs" },
      look: async () => {
        const oldest = await watched.oldestDueJob();
        if (oldest === null || clock.now() - oldest <= lateMs) return null;
        return "What is due is not taken up: executions, expiry and reminders are late; nothing of them is lost.";
      },
    },
    {
      ...{ kind: "queue", name: "", title: "The queue between replicas" },
      look: () => queueSays(watched.queue(), clock.now()),
    },
    {
      ...{ kind: "slack", name: "", title: "The connection to Slack" },
      look: () =>
        watched.isConnected() ? null : "Commands and votes do not arrive; the bot goes on trying to connect.",
    },
    {
      ...{ kind: "messages", name: "", title: "Sending to Slack" },
      look: async () => {
        const { oldestCreatedAt } = await watched.store.outbox.backlog();
        if (oldestCreatedAt === null || clock.now() - oldestCreatedAt <= messagesLateMs) return null;
        return "Messages wait: cards and answers are late, and are sent in order when Slack takes them.";
      },
    },
    {
      ...{ kind: "record", name: "", title: "The audit log" },
      look: () => watched.sealedBecause(),
    },
    ...clusters.map(
      (name): Probe => ({
        ...{ kind: "cluster", name, title: `Cluster ${name}` },
        look: () => clusterSays(watched.clusters().get(name) ?? null, clock.now()),
      }),
    ),
  ];
}

/** The store goes on telling what is due; between replicas it only takes a little longer. */
function queueSays(queue: QueueState, now: number): string | null {
  if (queue.kind !== "away" || now - queue.since <= queueLateMs) return null;
  return `${queue.what} is away (${queue.says}): jobs are found in the store meanwhile, some seconds later; nothing of them is lost.`;
}

/** A read; and where the last transaction failed, one that changes nothing but shows whether the store takes any. */
async function storeSays({ store, lastCommitFailed, clock }: Watched): Promise<string | null> {
  try {
    await store.settings.get("halted");
    if (!lastCommitFailed()) return null;
    await store.transact((tx) => tx.seen.mark("health", clock.now()));
    return null;
  } catch {
    return "Nothing is changed meanwhile: what cannot be recorded does not happen. Its disk may be full or gone.";
  }
}

function clusterSays(asOf: number | null, now: number): string | null {
  if (asOf === null)
    return "It was not heard since the bot started: nothing is known of it, and nothing is changed there.";
  if (now - asOf <= staleMs) return null;
  return "What is known of it is old, and changes of it are refused while it does not answer.";
}
