// BullMQ's queues and workers, one of each for every concern: the same on Redis and on PostgreSQL.
import type { BackendClasses, Job as BullJob, Queue as BullQueue, IQueueBackend, Worker } from "bullmq";
import { handsOf, type Lane, lanes } from "../lanes.ts";
import { type Hint, type Queue, type QueueNeeds, within } from "../queue.ts";

export interface BullBackend<B extends IQueueBackend, C> {
  readonly classes: BackendClasses<B, C>;
  /** For adding: fails at once when the other side is away. */
  readonly producer: C;
  /** For fetching: waits until the other side is there. */
  readonly consumer: C;
  /** Before each name on the other side. */
  readonly prefix: string;
  /** From how many on it pays to add them at once. */
  readonly bulkFrom: number;
  /** Throws when the other side would take nothing now. */
  check(): Promise<void>;
  /** Ends the connections, whatever still waits on them. */
  end(): Promise<void>;
}

const openWithinMs = 10_000;
const addWithinMs = 2_000;
const closeWithinMs = 3_000;
/** A worker that is gone for so long has its hints given to others; what they hint at has a claim of its own. */
const lockMs = 30_000;
/** BullMQ keeps a stream of events, which nobody reads here. */
const mostEvents = 100;

type Lanes<T> = Readonly<Record<Lane, T>>;

export async function openBullMq<B extends IQueueBackend, C>(
  backend: BullBackend<B, C>,
  needs: QueueNeeds,
): Promise<Queue> {
  const queues = forEach((lane) => queueOf(backend, lane, needs));
  const workers = forEach((lane) => workerOf(backend, lane, needs));
  const check = (): Promise<void> => within(addWithinMs, "asking the queue", backend.check());
  const close = async (): Promise<void> => {
    // BullMQ would wait for ever for the end of a connection that is just being made again.
    const isAway = await check().then(
      () => false,
      () => true,
    );
    const closing = [
      ...Object.values(workers).map((worker) => worker.close(isAway)),
      ...Object.values(queues).map((queue) => queue.close()),
    ];
    await within(closeWithinMs, "closing the queue", Promise.all(closing)).catch(() => undefined);
    await backend.end();
  };
  try {
    const ready = [...Object.values(queues), ...Object.values(workers)].map((one) => one.waitUntilReady());
    await within(openWithinMs, "opening the queue", Promise.all(ready));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    add: (lane, hints, now) =>
      within(
        addWithinMs,
        "adding to the queue",
        addTo(
          queues[lane],
          hints.map((hint) => bulk(hint, now)),
          backend.bulkFrom,
        ),
      ),
    check,
    close,
  };
}

function forEach<T>(make: (lane: Lane) => T): Lanes<T> {
  return Object.fromEntries(lanes.map((lane) => [lane, make(lane)])) as Record<Lane, T>;
}

type Adding = Pick<BullQueue<Hint>, "add" | "addBulk" | "close" | "waitUntilReady">;

async function addTo(queue: Adding, jobs: ReturnType<typeof bulk>[], bulkFrom: number): Promise<void> {
  if (jobs.length >= bulkFrom) await queue.addBulk(jobs);
  else await Promise.all(jobs.map(({ name, data, opts }) => queue.add(name, data, opts)));
}

/** Nothing of a hint stays when it was dealt with. A later time is another hint, since the earlier one may be under way. */
function bulk(hint: Hint, now: number) {
  return {
    name: "look",
    data: hint,
    opts: {
      // BullMQ's ids may hold no colon.
      jobId: `${hint.id.replaceAll(":", "|")}@${hint.dueAt}`,
      delay: Math.max(0, hint.dueAt - now),
      removeOnComplete: true,
      removeOnFail: true,
    },
  };
}

function queueOf<B extends IQueueBackend, C>(
  { classes, producer, prefix }: BullBackend<B, C>,
  lane: Lane,
  { log }: QueueNeeds,
): Adding {
  const streams = { events: { maxLen: mostEvents } };
  const queue = new classes.Queue<Hint>(nameOf(lane), { connection: producer, prefix, streams });
  queue.on("error", (error: Error) => log.debug("the queue of jobs had trouble", { lane, says: error.message }));
  return queue;
}

function workerOf<B extends IQueueBackend, C>(
  { classes, consumer, prefix }: BullBackend<B, C>,
  lane: Lane,
  { log, take, limits }: QueueNeeds,
): Pick<Worker<Hint>, "close" | "waitUntilReady"> {
  const look = ({ data }: BullJob<Hint>): Promise<void> => take(lane, data);
  const worker = new classes.Worker<Hint>(nameOf(lane), look, {
    ...{ connection: consumer, prefix, concurrency: handsOf(lane, limits) },
    ...{ lockDuration: lockMs, stalledInterval: lockMs, maxStalledCount: 1, drainDelay: 5 },
    // After an outage it is asked again as soon as this, not after BullMQ's 15 s.
    runRetryDelay: 1_000,
  });
  worker.on("error", (error: Error) => log.debug("a worker of the queue had trouble", { lane, says: error.message }));
  return worker;
}

function nameOf(lane: Lane): string {
  return `countersign-${lane}`;
}
