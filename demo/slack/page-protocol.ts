// What the page of the local Slack and its server say to each other: JSON over HTTP, and one stream of events per viewer.
import type { HomeView, KnownBlock, ModalView } from "@slack/types";

/** A person one can be on the page. */
export interface PageUser {
  readonly id: string;
  readonly name: string;
  readonly realName: string;
  readonly title: string;
  readonly color: string;
  readonly isBot: boolean;
}

export interface PageChannel {
  readonly id: string;
  readonly name: string;
  readonly kind: "public" | "private" | "im";
  readonly topic: string;
  /** For an im: the other person or the bot. */
  readonly withUser?: string;
  readonly pins: readonly string[];
  readonly bookmarks: readonly { readonly title: string; readonly link: string }[];
}

export interface PageFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly size: number;
  readonly mimetype: string;
  /** Where the page can fetch the content: `/page/files/ID`. */
  readonly href: string;
}

export interface PageMessage {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs?: string;
  readonly user: string;
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
  readonly files: readonly PageFile[];
  readonly reactions: readonly { readonly name: string; readonly users: readonly string[] }[];
  readonly edited: boolean;
  /** Only this viewer sees it; it is gone after a reload, as in Slack. */
  readonly ephemeral: boolean;
  readonly replyCount: number;
}

/** GET /page/api/state?as=U… → everything the page needs to draw itself for that person. */
export interface PageState {
  readonly team: { readonly id: string; readonly name: string };
  readonly me: PageUser;
  readonly users: readonly PageUser[];
  readonly channels: readonly PageChannel[];
  readonly messages: readonly PageMessage[];
  readonly home: HomeView | null;
  readonly commands: readonly { readonly command: string; readonly description: string; readonly usageHint: string }[];
  readonly shortcuts: readonly {
    readonly name: string;
    readonly type: "message" | "global";
    readonly callbackId: string;
  }[];
  /** False while no app is connected: the page says so instead of letting people wait. */
  readonly appConnected: boolean;
  /** What a newcomer should type first, in order; `as` names the person, `where` the channel. */
  readonly greeting: readonly {
    readonly as: string;
    readonly where: string;
    readonly text: string;
    readonly why: string;
  }[];
  /** Words that may follow `/ops`, for completion: verb, usage and summary. */
  readonly completions: readonly { readonly verb: string; readonly usage: string; readonly summary: string }[];
}

/** GET /page/api/events?as=U… (text/event-stream): one JSON PageEvent per `data:` line. */
export type PageEvent =
  | { readonly kind: "message"; readonly message: PageMessage }
  | { readonly kind: "deleted"; readonly channel: string; readonly ts: string }
  | { readonly kind: "channel"; readonly channel: PageChannel }
  | { readonly kind: "home"; readonly view: HomeView }
  | { readonly kind: "modal"; readonly viewId: string; readonly view: ModalView; readonly stack: number }
  | { readonly kind: "modal-closed"; readonly viewId: string }
  | { readonly kind: "app"; readonly connected: boolean };

/**
 * POST /page/api/act with one PageAct as JSON → PageActResult. The server turns it into what Slack would send to the
 * app (message event, slash command, block_actions, view_submission, …) and answers when Slack would.
 */
export type PageAct =
  | {
      readonly kind: "say";
      readonly as: string;
      readonly channel: string;
      readonly threadTs?: string;
      readonly text: string;
      readonly fileIds?: readonly string[];
    }
  | { readonly kind: "command"; readonly as: string; readonly channel: string; readonly text: string }
  | { readonly kind: "edit"; readonly as: string; readonly channel: string; readonly ts: string; readonly text: string }
  | {
      readonly kind: "block-action";
      readonly as: string;
      readonly from: ActionSource;
      readonly blockId: string;
      readonly actionId: string;
      readonly value?: string;
      readonly values?: readonly string[];
    }
  | { readonly kind: "submit-view"; readonly as: string; readonly viewId: string; readonly state: ViewStateValues }
  | { readonly kind: "close-view"; readonly as: string; readonly viewId: string }
  | {
      readonly kind: "shortcut";
      readonly as: string;
      readonly callbackId: string;
      readonly message?: { readonly channel: string; readonly ts: string };
    }
  | { readonly kind: "open-home"; readonly as: string }
  | {
      readonly kind: "react";
      readonly as: string;
      readonly channel: string;
      readonly ts: string;
      readonly name: string;
    };

export type ActionSource =
  | { readonly kind: "message"; readonly channel: string; readonly ts: string }
  | { readonly kind: "view"; readonly viewId: string; readonly state: ViewStateValues }
  | { readonly kind: "home" };

/** As in Slack's view.state.values: block_id → action_id → the element's value. */
export type ViewStateValues = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

/** `errors`: response_action "errors" of a view_submission, by block_id. `problem`: what Slack would show in red. */
export interface PageActResult {
  readonly ok: boolean;
  readonly problem?: string;
  readonly errors?: Readonly<Record<string, string>>;
}

/** POST /page/api/upload?as=U…&name=…  with the file's bytes as body → the uploaded file, to be named in `say`. */
export type PageUploadResult = PageFile;
