// The machine's time as it was at the start, carried on by what nobody can set: a jump of the wall clock makes nothing early or late.
import type { Clock } from "./core/ports/clock.ts";

/** What a machine offers: a time of day, which may be set, and two that only ever go on. */
export interface MachineClock extends Clock {
  /** In ms, since some moment; stands still while the machine is suspended. */
  monotonic(): number;
  /** In ms, since the machine's start; goes on while it is suspended, in steps of some hundredths of a second. */
  uptime(): number;
}

export interface SteadyClock extends Clock {
  /** How much later the machine's time of day is than this clock: nonzero once it was set. */
  skewMs(): number;
}

/** Reading the uptime costs a file: so often is enough, as a suspended machine asks nothing. */
const lookEveryMs = 1_000;
/** Less than this between the two is how coarse they are. */
const suspendedFromMs = 500;

export function steadyClock(machine: MachineClock): SteadyClock {
  const began = { wall: machine.now(), monotonic: machine.monotonic(), uptime: machine.uptime() };
  let suspendedMs = 0;
  let lookedAt = began.monotonic;
  const now = (): number => {
    const monotonic = machine.monotonic();
    if (monotonic - lookedAt >= lookEveryMs) {
      lookedAt = monotonic;
      const slept = machine.uptime() - began.uptime - (monotonic - began.monotonic);
      if (slept - suspendedMs > suspendedFromMs) suspendedMs = slept;
    }
    return Math.round(began.wall + (monotonic - began.monotonic) + suspendedMs);
  };
  return { now, wait: (ms, signal) => machine.wait(ms, signal), skewMs: () => machine.now() - now() };
}
