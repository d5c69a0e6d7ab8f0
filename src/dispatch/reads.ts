// Reads are recorded too, in batches, and never wait for the disk.
import type { Person } from "../core/person.ts";
import { append } from "./append.ts";
import type { Deps } from "./deps.ts";
import { plainEvent } from "./record.ts";

interface ReadNote {
  readonly userId: string;
  readonly verb: string;
  readonly channel: string;
  readonly outcome: "ok" | "refused";
  readonly at: number;
}

export interface ReadLog {
  note(person: Person, verb: string, channel: string, outcome: ReadNote["outcome"]): void;
  /** Writes what is gathered; called by a timer, when full, and before a clean end. */
  flush(): Promise<void>;
}

/** So many reads make a record at once; fewer wait for the timer. */
const full = 200;

/** What a kill loses is at most one batch of reads: no change depends on them (B2 lists this). */
export function makeReadLog(deps: Pick<Deps, "store" | "clock" | "log" | "channels" | "nudge">): ReadLog {
  let notes: ReadNote[] = [];
  let flushing: Promise<void> = Promise.resolve();
  const write = async (batch: readonly ReadNote[]): Promise<void> => {
    try {
      await deps.store.transact((tx) =>
        append(tx, plainEvent("read.batch", { actor: null, details: summaryOf(batch) }), deps.channels.audit),
      );
      deps.nudge();
    } catch (error) {
      deps.log.error("reads could not be recorded", {
        count: batch.length,
        error: error instanceof Error ? error : undefined,
      });
    }
  };
  const flush = (): Promise<void> => {
    if (notes.length === 0) return flushing;
    const batch = notes;
    notes = [];
    flushing = flushing.then(() => write(batch));
    return flushing;
  };
  return {
    note(person, verb, channel, outcome) {
      notes.push({ userId: person.account.userId, verb, channel, outcome, at: deps.clock.now() });
      if (notes.length >= full) void flush();
    },
    flush,
  };
}

function summaryOf(batch: readonly ReadNote[]): {
  count: number;
  from: number;
  until: number;
  reads: { userId: string; verb: string; channel: string; outcome: string; count: number }[];
} {
  const groups = Map.groupBy(batch, (note) => `${note.userId} ${note.verb} ${note.channel} ${note.outcome}`);
  const reads = [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined
      ? []
      : [
          {
            userId: first.userId,
            verb: first.verb,
            channel: first.channel,
            outcome: first.outcome,
            count: group.length,
          },
        ];
  });
  return { count: batch.length, from: batch[0]?.at ?? 0, until: batch.at(-1)?.at ?? 0, reads };
}
