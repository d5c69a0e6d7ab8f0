// Types of session.js, for tests and for store.js.
import type { ModalView } from "@slack/types";
import type { PageMessage } from "../page-protocol.ts";
import type { Answers } from "./blocks/view-state.js";

export interface OpenModal {
  readonly viewId: string;
  view: ModalView;
  readonly stack: number;
  /** What was typed so far; inputs write into it. */
  readonly answers: Answers;
}

export type Place = { readonly kind: "channel"; readonly id: string } | { readonly kind: "home"; readonly bot: string };

/** One person's side of the page, for as long as the page is open. */
export interface Session {
  place: Place | null;
  thread: string | null;
  readonly drafts: Map<string, string>;
  modals: OpenModal[];
  /** Kept by view, for views that come back after a switch or a lost connection. */
  readonly answers: Map<string, Answers>;
  readonly ephemerals: Map<string, PageMessage>;
  readonly homeAnswers: Answers;
}

export interface ReadMarks {
  readonly get: (me: string, channel: string) => string;
  readonly set: (me: string, channel: string, ts: string) => void;
}

export function newSession(): Session;
export function readMarks(): ReadMarks;
export function remember(key: string, value: string): void;
export function recalled(key: string): string | null;
