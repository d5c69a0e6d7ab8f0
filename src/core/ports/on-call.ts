// Who is on shift: a schedule by its name, whatever keeps it.
import type { Refusal } from "../refusal.ts";

/** One person's time on a schedule; what follows on at once is one shift. */
export interface Shift {
  /** Slack's member id; null for somebody whom the configuration does not map to one. */
  readonly userId: string | null;
  /** As the schedule's keeper names them; for showing only. */
  readonly label: string;
  /** First moment, in ms. */
  readonly from: number;
  /** First moment after it, in ms. */
  readonly until: number;
}

/** Who is on a schedule now, and who begins next. */
export interface OnShift {
  /** Several where shifts overlap, none in a gap. */
  readonly now: readonly Shift[];
  /** Those that begin next, all at one moment; empty when nothing is known to begin. */
  readonly next: readonly Shift[];
}

export interface OnCall {
  /** Names, in the configuration's order. */
  schedules(): readonly string[];
  /**
   * Refuses with `no-such-schedule` for a name that is not configured, and with `schedule-unknown` when its keeper has not
   * answered for longer than the schedule's maximum age: then nobody may be taken for on shift.
   */
  onShift(schedule: string, at: number): Promise<OnShift | Refusal>;
}

/** What keeps one schedule: a list in the configuration, a calendar, an on-call service. */
export interface ShiftSource {
  /**
   * Every shift that overlaps the time, in any order; its ends may be cut to it. Refuses with `schedule-unknown` when that
   * cannot be known. Never throws, never takes longer than its own time limit; asking twice changes nothing.
   */
  between(from: number, until: number): Promise<readonly Shift[] | Refusal>;
}
