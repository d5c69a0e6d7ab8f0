// Types of dates.js, for tests.
export interface Clock {
  readonly timeZone?: string;
  readonly nowMs: number;
  readonly locale?: string;
}

export function formatDate(seconds: string, pattern: string, clock: Clock): string | null;
export function tsToMs(ts: string): number;
export function clockTime(ts: string, clock: Clock): string;
export function fullTime(ts: string, clock: Clock): string;
export function dayLabel(ts: string, clock: Clock): string;
