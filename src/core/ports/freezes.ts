// What verbs may ask about freezes: those that people set, and all of them with their times.
import type { FreezesSeen, SetFreeze } from "../freezes.ts";
import type { Refusal } from "../refusal.ts";

/** The freezes that people set, read from the store when asked. Throws when the store does not answer. */
export type FreezesNow = () => Promise<FreezesSeen>;

export interface Freezes {
  /** Refuses with `freezes-unknown` when the list cannot be read or is too old. */
  set(): Promise<readonly SetFreeze[] | Refusal>;
  /** The window of a calendar of the policy that is in force at that moment, or the next one; refused by name. */
  calendar(name: string, now: number): CalendarWindow | Refusal;
  /** Config and people together, in force first, then by their next beginning. Those that are over are left out. */
  overview(now: number): Promise<readonly FreezeTimes[] | Refusal>;
}

export interface FreezeTimes {
  readonly name: string;
  /** What it is about, in words. */
  readonly scope: string;
  readonly reason: string;
  /** null for one of the configuration. */
  readonly by: { readonly userId: string; readonly name: string } | null;
  readonly inForce: boolean;
  /** When it begins next; null while it is in force. */
  readonly begins: number | null;
  /** When it ends: now, or after that beginning. */
  readonly ends: number | null;
  /** IANA zone that its times are written in; UTC where it has none of its own. */
  readonly zone: string;
  /** Of a freeze on calendars, its windows one by one; empty for others. */
  readonly windows: readonly { readonly from: number; readonly until: number }[];
}

export interface CalendarWindow {
  readonly from: number;
  readonly until: number;
  readonly zone: string;
}
