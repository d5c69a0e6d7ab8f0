// The records of the local workspace: people, conversations, messages, files, views, as Slack's own words name them.

/** A JSON object whose fields are not known until they have been looked at. */
export type Obj = Readonly<Record<string, unknown>>;

export interface User {
  readonly id: string;
  readonly teamId: string;
  readonly name: string;
  readonly realName: string;
  readonly title: string;
  readonly email: string;
  readonly tz: string;
  readonly tzLabel: string;
  /** Seconds east of UTC. */
  readonly tzOffset: number;
  readonly color: string;
  readonly isBot: boolean;
  readonly isAdmin: boolean;
  readonly isRestricted: boolean;
  readonly isUltraRestricted: boolean;
  readonly isStranger: boolean;
  readonly deleted: boolean;
  /** Whether the page lists this person as one that a visitor can be. */
  readonly onPage: boolean;
}

export interface Pin {
  readonly ts: string;
  readonly by: string;
  readonly at: number;
}

export interface Bookmark {
  readonly id: string;
  readonly title: string;
  readonly link: string;
  readonly emoji: string;
  readonly createdAt: number;
}

export type ChannelKind = "public" | "private" | "im" | "mpim";

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly kind: ChannelKind;
  readonly creator: string;
  /** Seconds since the epoch. */
  readonly created: number;
  readonly topic: string;
  readonly purpose: string;
  readonly members: readonly string[];
  readonly archived: boolean;
  readonly isGeneral: boolean;
  readonly extShared: boolean;
  readonly pins: readonly Pin[];
  readonly bookmarks: readonly Bookmark[];
}

export interface Reaction {
  readonly name: string;
  readonly users: readonly string[];
}

export interface Message {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs?: string;
  readonly user: string;
  /** Set on what the app, or another bot, posted. */
  readonly botId?: string;
  readonly subtype?: string;
  readonly text: string;
  readonly blocks: readonly Obj[];
  readonly attachments?: readonly Obj[];
  readonly files: readonly string[];
  readonly reactions: readonly Reaction[];
  readonly edited?: { readonly user: string; readonly ts: string };
  readonly metadata?: Obj;
  readonly clientMsgId?: string;
  /** Only this person sees it, and no history returns it. */
  readonly ephemeralTo?: string;
}

export interface FileShare {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs?: string;
}

export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly mimetype: string;
  readonly filetype: string;
  readonly size: number;
  readonly user: string;
  readonly created: number;
  readonly contentBase64: string;
  readonly shares: readonly FileShare[];
  readonly snippet: boolean;
}

export interface Usergroup {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  readonly description: string;
  readonly users: readonly string[];
  readonly disabled: boolean;
}

/** An opened modal or a published Home, with what Slack added to it. */
export interface ViewRecord {
  readonly id: string;
  readonly type: "modal" | "home";
  readonly user: string;
  /** What the app sent, with missing block and action ids filled in. */
  readonly view: Obj;
  readonly hash: string;
  readonly rootViewId: string;
  readonly previousViewId: string | null;
  readonly values: Obj;
}

export interface CommandSetting {
  readonly command: string;
  readonly description: string;
  readonly usageHint: string;
  /** As `should_escape` in the app manifest: names become `<@U…|name>`. Slack's own default is false; ours is true. */
  readonly escape: boolean;
}

export interface ShortcutSetting {
  readonly name: string;
  readonly type: "message" | "global";
  readonly callbackId: string;
}
