// What a surface (Slack, the CLI) asks of dispatch; dispatch implements it, surfaces only translate.
import type { RequestId } from "../ids.ts";
import type { Message } from "../message.ts";
import type { SlackAccount } from "../person.ts";
import type { Refusal } from "../refusal.ts";

export interface Origin {
  readonly account: SlackAccount;
  readonly channelId: string;
  /** The thread it was said in; null outside threads and for slash commands. */
  readonly threadTs: string | null;
  readonly surface: "slash" | "mention" | "thread" | "button" | "form" | "shortcut";
  /**
   * Names this delivery, the same on every retry: `slash:TRIGGER`, `message:TEAM:CHANNEL:TS`, `view:ID:HASH:TRIGGER`, …
   * A second one of the same key does nothing and answers `{ kind: "nothing" }`.
   */
  readonly deliveryKey: string;
}

export interface CommandInput {
  readonly origin: Origin;
  /** As Slack sent it, entities and all; without the command word, mention or `!`. */
  readonly text: string;
  /** A manifest that came along: from a file, a snippet, a form, a message. */
  readonly document: Document | null;
}

export interface Document {
  readonly text: string;
  /** Everybody who may have written it: of the message and of the file in it. None of them may countersign it (R10). */
  readonly authorUserIds: readonly string[];
}

export type Reply =
  /** Shown to the asker, or to all when `audience` says so. */
  | { readonly kind: "message"; readonly message: Message; readonly audience: "asker" | "channel" }
  | { readonly kind: "refusal"; readonly refusal: Refusal }
  /** The surface opens a form for the verb; its submission comes back as a command with a document. */
  | { readonly kind: "form"; readonly form: Form }
  /** Everything that there is to say goes through the outbox. */
  | { readonly kind: "nothing" };

/** What a verb that needs a form asks for. */
export interface Form {
  readonly verb: string;
  readonly title: string;
  readonly intro: string;
  readonly fields: readonly FormField[];
  /** Carried through to the submission: the words that were already typed. */
  readonly text: string;
  /** Shown above the fields in place of the intro, which stays where no form can be opened yet. */
  readonly body?: Message;
  /** Comes back with the submission as the field `token`, and with nothing else. */
  readonly token?: string;
}

export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly kind: "manifest" | "text" | "choice";
  readonly optional: boolean;
  readonly choices: readonly string[];
  readonly initial: string;
}

/** The form that a vote is cast in, rendered from the record, never from the card (R17). */
export interface VoteForm {
  readonly request: RequestId;
  readonly version: number;
  readonly choice: "approve" | "deny";
  /** Bound to request, version, digest, choice and voter; one use. */
  readonly token: string;
  readonly body: Message;
  readonly reason: "optional" | "required";
  readonly reasonHint: string;
}

export interface VoteInput {
  readonly origin: Origin;
  readonly request: RequestId;
  readonly version: number;
  readonly choice: "approve" | "deny";
  readonly token: string;
  readonly reason: string | null;
}

export interface CardOrigin {
  readonly channelId: string;
  /** The message that held the button. */
  readonly ts: string;
}

export interface Surface {
  /**
   * The answer of a read that comes from caches, so that it can travel in the acknowledgement; null for any other command. It
   * is usually there at once; the surface waits for it within its own bound and then answers as for `command`.
   */
  ready(input: CommandInput): Promise<Reply> | null;
  /** Never throws: faults become a refusal `internal` with the id that finds them in the log. */
  command(input: CommandInput): Promise<Reply>;
  /** Refuses when the message is not the request's own card, the version is old, or the person may not vote. */
  openVote(origin: Origin, choice: "approve" | "deny", value: string, card: CardOrigin): Promise<VoteForm | Refusal>;
  vote(input: VoteInput): Promise<Reply>;
  /** Buttons other than votes; `value` is as the bot rendered it. */
  press(origin: Origin, action: string, value: string, card: CardOrigin): Promise<Reply>;
  home(account: SlackAccount): Promise<Message | Refusal>;
  /** A post of the bot was edited or deleted by somebody else (R34). */
  postAltered(channelId: string, ts: string, how: "edited" | "deleted", byUserId: string | null): Promise<void>;
}
