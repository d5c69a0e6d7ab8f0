// Messages to people, free of any surface's markup: Slack's blocks and the terminal's lines are rendered from them.

/** Inline text. A bare string is plain text by anyone: renderers escape it. Only these spans carry markup. */
export type Span =
  | string
  | { readonly kind: "bold"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "person"; readonly userId: string }
  | { readonly kind: "channel"; readonly channelId: string }
  | { readonly kind: "time"; readonly ms: number }
  | { readonly kind: "link"; readonly url: string; readonly text: string };

export type Text = readonly Span[];

export type Icon = "ok" | "wait" | "run" | "warn" | "stop" | "lock" | "undo" | "info" | "high" | "medium" | "low";

export interface Button {
  /** What pressing it means; surfaces route by it. */
  readonly action: ButtonAction;
  readonly label: string;
  readonly style?: "primary" | "danger";
  /** Plain data for the route; never believed without the record (R17). */
  readonly value: string;
}

export type ButtonAction =
  | "open-approve"
  | "open-deny"
  | "withdraw-vote"
  | "cancel-request"
  | "start-looking"
  | "stop-looking"
  | "show-request"
  | "run-command"
  | "undo"
  | "ask-anyway"
  | "next-page";

export type Part =
  | { readonly kind: "heading"; readonly icon?: Icon; readonly text: string }
  | { readonly kind: "text"; readonly icon?: Icon; readonly text: Text }
  | { readonly kind: "fields"; readonly fields: readonly { readonly label: string; readonly value: Text }[] }
  /** Other people's or machines' text, shown as it is, in fixed width. */
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "quote"; readonly by: string; readonly text: string }
  | { readonly kind: "table"; readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: "progress"; readonly done: number; readonly total: number; readonly label: string }
  | { readonly kind: "buttons"; readonly buttons: readonly Button[] }
  | {
      readonly kind: "menu";
      readonly label: string;
      readonly choices: readonly { readonly label: string; readonly command: string }[];
    }
  | { readonly kind: "small"; readonly text: Text }
  | { readonly kind: "line" };

export interface Attachment {
  readonly name: string;
  readonly title: string;
  readonly text: string;
}

export interface Message {
  /** One line for notifications and for surfaces without parts; plain text. */
  readonly summary: string;
  readonly parts: readonly Part[];
  /** Shown whole as files beside the message: what does not fit is attached, never cut. */
  readonly attachments: readonly Attachment[];
}

export function message(summary: string, parts: readonly Part[], attachments: readonly Attachment[] = []): Message {
  return { summary, parts, attachments };
}

export const bold = (text: string): Span => ({ kind: "bold", text });
export const code = (text: string): Span => ({ kind: "code", text });
export const person = (userId: string): Span => ({ kind: "person", userId });
export const time = (ms: number): Span => ({ kind: "time", ms });
