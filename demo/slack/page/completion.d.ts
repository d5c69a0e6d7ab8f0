// Types of completion.js, for tests.
import type { PageChannel, PageState, PageUser } from "../page-protocol.ts";

export interface Vocabulary {
  readonly commands: PageState["commands"];
  readonly completions: PageState["completions"];
  readonly users: readonly Pick<PageUser, "id" | "name" | "realName" | "isBot">[];
  readonly channels: readonly Pick<PageChannel, "id" | "name" | "kind">[];
}

export interface Offer {
  readonly label: string;
  readonly detail: string;
  readonly insert: string;
  /** Enter takes it instead of sending. */
  readonly eager: boolean;
}

export interface Completion {
  readonly from: number;
  readonly offers: readonly Offer[];
  readonly hint: { readonly usage: string; readonly summary: string } | null;
}

export function complete(text: string, vocabulary: Vocabulary, place: { readonly thread: boolean }): Completion;
