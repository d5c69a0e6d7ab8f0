// What a rule asks, as the schema lets it through: conditions, hours, calendars and limits in raw words.
import type { RawWeekly, Words } from "./raw.ts";

export type RawDay = string | { readonly from: string; readonly until: string };

export interface RawCalendar {
  readonly name: string;
  readonly zone?: string;
  readonly days: readonly RawDay[];
}

export interface RawLimits {
  readonly replicas?: number;
  readonly objects?: number;
  readonly namespaces?: number;
  readonly deletions?: number;
}

export interface RawWhen {
  readonly subjects?: Words;
  readonly groups?: Words;
  readonly assurance?: string;
  readonly onCall?: Words;
  readonly verbs?: Words;
  readonly actions?: Words;
  readonly args?: Readonly<Record<string, Words>>;
  readonly risks?: Words;
  readonly clusters?: Words;
  readonly environments?: Words;
  readonly namespaces?: Words;
  readonly kinds?: Words;
  readonly names?: Words;
  readonly labels?: Readonly<Record<string, string>>;
  readonly withoutLabels?: Words;
  readonly hours?: readonly RawWeekly[];
  readonly outside?: readonly RawWeekly[];
  readonly calendars?: Words;
  readonly outsideCalendars?: Words;
  readonly if?: string;
}
