// Types of store.js, for tests and for the parts of the page.
import type { PageEvent, PageMessage, PageState } from "../page-protocol.ts";
import type { Place, Session } from "./session.js";

export type Change =
  | { readonly kind: "message"; readonly message: PageMessage; readonly isNew: boolean }
  | { readonly kind: "deleted"; readonly message: PageMessage }
  | { readonly kind: "state" | "place" | "thread" | "channels" | "home" | "modals" | "app" | "read" };

export interface Store {
  /** Throws before the first `load`. */
  readonly state: PageState;
  readonly ready: boolean;
  /** Of the person one is now. */
  readonly session: Session;
  readonly load: (state: PageState) => void;
  /** Doing it twice changes nothing. */
  readonly apply: (event: PageEvent) => void;
  readonly message: (channel: string, ts: string) => PageMessage | undefined;
  readonly timeline: (channel: string) => PageMessage[];
  readonly replies: (channel: string, ts: string) => PageMessage[];
  readonly unread: (channel: string) => number;
  readonly listen: (listener: (change: Change) => void) => void;
  readonly closeModal: (viewId: string) => void;
  readonly goTo: (place: Place) => void;
  readonly openThread: (ts: string | null) => void;
  readonly markRead: (channel: string) => void;
}

export function createStore(): Store;
