// What may come in from Slack, decoded: everything else is ignored with a reason.
import type { CardOrigin, Origin } from "../../../core/ports/surface.ts";

export interface FileRef {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly size: number;
  /** Who uploaded it, which need not be who shares it; "" where Slack does not say. */
  readonly authorUserId: string;
}

/** The message that a shortcut was used on, or that a command stood in. */
export interface SourceMessage {
  readonly authorUserId: string;
  /** As the author typed it where Slack's rich text tells, without entities and fences. */
  readonly text: string;
  readonly files: readonly FileRef[];
}

export interface Trigger {
  readonly triggerId: string;
  /** "" where Slack gives none. */
  readonly responseUrl: string;
}

export type Incoming =
  | {
      readonly kind: "command";
      readonly origin: Origin;
      readonly command: string;
      readonly text: string;
      readonly trigger: Trigger;
    }
  | {
      readonly kind: "message";
      readonly origin: Origin;
      readonly text: string;
      /** A manifest between fences in the message itself. */
      readonly fenced: string | null;
      readonly files: readonly FileRef[];
    }
  | {
      readonly kind: "apply-message";
      readonly origin: Origin;
      readonly source: SourceMessage;
      readonly trigger: Trigger;
    }
  | { readonly kind: "new-request"; readonly origin: Origin; readonly trigger: Trigger }
  | {
      readonly kind: "button";
      readonly origin: Origin;
      readonly action: string;
      readonly value: string;
      readonly card: CardOrigin;
      readonly trigger: Trigger;
    }
  | {
      readonly kind: "submission";
      readonly userId: string;
      readonly viewId: string;
      readonly deliveryKey: string;
      readonly callbackId: string;
      readonly metadata: string;
      readonly values: Values;
      readonly trigger: Trigger;
    }
  | { readonly kind: "home"; readonly userId: string; readonly deliveryKey: string }
  | {
      readonly kind: "altered";
      readonly channelId: string;
      readonly ts: string;
      readonly how: "edited" | "deleted";
      readonly byUserId: string | null;
      readonly text: string;
      readonly deliveryKey: string;
    }
  /** Somebody of another organisation: told so where Slack lets us answer. */
  | { readonly kind: "foreign"; readonly userId: string; readonly trigger: Trigger }
  | { readonly kind: "ignored"; readonly because: string };

/** A form's fields by block id: text, or the files that were added. */
export type Values = ReadonlyMap<string, { readonly text: string; readonly files: readonly FileRef[] }>;
