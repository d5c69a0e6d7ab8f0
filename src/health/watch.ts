// Looks at the bot's parts every few seconds, keeps what it saw, and tells what is new.
import type { Clock } from "../core/ports/clock.ts";
import type { Health, PartKind } from "../core/ports/health.ts";
import type { Log } from "../core/ports/log.ts";
import { type Known, type Look, type News, step } from "./step.ts";

export interface Probe {
  readonly kind: PartKind;
  readonly name: string;
  readonly title: string;
  /** null when the part is well, else what is wrong and what it means, for people. What it throws is logged, and the part is away. */
  readonly look: () => Promise<string | null> | string | null;
}

export interface HealthWatch extends Health {
  /** One round at once; rounds never overlap. */
  look(): Promise<void>;
  /** Ends the looking. Safe to call twice. */
  stop(): Promise<void>;
}

export interface WatchOptions {
  readonly probes: readonly Probe[];
  /** Tells all that is new at once; what it throws is logged, and told at the next round. */
  readonly tell: (news: readonly News[]) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

const everyMs = 5_000;
/** Until everything was well once: somebody waits for a start to become ready. */
const everyMsAtStart = 1_000;
/** A part that does not even say how it is within this is away. */
const lookWithinMs = 4_000;
/** More than there are parts, twice: what could not be told for so long is not news any more. */
const maxUntold = 200;

/** Looks at once, then every few seconds until stopped. */
export function watchHealth(options: WatchOptions): HealthWatch {
  const { clock, log } = options;
  const stopping = new AbortController();
  let known: ReadonlyMap<string, Known> = new Map();
  let untold: readonly News[] = [];
  let looking: Promise<void> | null = null;
  let wasWell = false;

  async function round(): Promise<void> {
    const looks = await Promise.all(options.probes.map((probe) => lookAt(probe, options, stopping.signal)));
    const stepped = step(known, looks, clock.now());
    known = stepped.known;
    for (const one of stepped.news) note(log, one);
    untold = [...untold, ...stepped.news].slice(-maxUntold);
    if (untold.length === 0 || stopping.signal.aborted) return;
    const telling = untold;
    try {
      await options.tell(telling);
      untold = untold.filter((one) => !telling.includes(one));
    } catch (error) {
      log.warn("the admins were not told yet of the bot's parts", {
        error: error instanceof Error ? error : undefined,
      });
    }
  }

  const look = (): Promise<void> => {
    looking ??= round().finally(() => {
      looking = null;
    });
    return looking;
  };

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await look();
      wasWell ||= [...known.values()].every((part) => part.says === null);
      await clock.wait(wasWell ? everyMs : everyMsAtStart, stopping.signal);
    }
  }

  const running = run();
  return {
    parts: () => [...known.values()],
    look,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

async function lookAt(
  { kind, name, title, look }: Probe,
  { clock, log }: WatchOptions,
  stopping: AbortSignal,
): Promise<Look> {
  const deadline = new AbortController();
  const late = clock
    .wait(lookWithinMs, AbortSignal.any([deadline.signal, stopping]))
    .then(() => "It does not say how it is.");
  try {
    return { kind, name, title, says: await Promise.race([look(), late]) };
  } catch (error) {
    log.debug("a part of the bot could not be looked at", {
      part: kind,
      error: error instanceof Error ? error : undefined,
    });
    return { kind, name, title, says: "It cannot be looked at; the bot's log says why." };
  } finally {
    deadline.abort();
  }
}

function note(log: Log, news: News): void {
  const fields = { part: news.part.kind, name: news.part.name };
  if (news.kind === "away") log.error("a part of the bot is away", { ...fields, says: news.says, since: news.since });
  else log.info("a part of the bot is back", { ...fields, since: news.since, until: news.until });
}
