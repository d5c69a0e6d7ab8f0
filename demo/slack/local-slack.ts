// What programs see of the local Slack: how to start it, how to act in it, look at it and break it.

import type { Clock } from "./clock.ts";
import type { Fault } from "./faults.ts";
import type { Hub } from "./hub.ts";
import type { CallRecord, Violation } from "./log.ts";
import type { PageState } from "./page-protocol.ts";
import type { Person } from "./persons.ts";
import type { Channel, CommandSetting, Message, Obj, ShortcutSetting, User, Usergroup, ViewRecord } from "./records.ts";
import type { DisconnectReason } from "./sockets.ts";

export interface LocalSlackOptions {
  /** 0 for any free port. Only 127.0.0.1 is listened on. */
  readonly port: number;
  readonly clock?: Clock;
  readonly users?: readonly User[];
  readonly channels?: readonly Channel[];
  readonly usergroups?: readonly Usergroup[];
  readonly commands?: readonly CommandSetting[];
  readonly shortcuts?: readonly ShortcutSetting[];
  /** Keeps conversations, files and Homes between runs. */
  readonly dataFile?: string;
  readonly tokens?: { readonly bot: string; readonly app: string };
  readonly signingSecret?: string;
  /** Off: no rate limits. All other rules always hold. */
  readonly limits?: "on" | "off";
  readonly greeting?: PageState["greeting"];
  readonly completions?: PageState["completions"];
  /** HTTP mode: where the app takes events, commands and interactivity. */
  readonly http?: { readonly requestUrl: string };
  /** The app's half of "Sign in with Slack": what "Basic Information" and "OAuth & Permissions" hold. */
  readonly signIn?: {
    readonly clientId?: string;
    readonly clientSecret?: string;
    readonly redirectUrls?: readonly string[];
  };
  /** What `apps.connections.open` names in place of this server, such as a proxy in front of it: `ws://127.0.0.1:PORT`. */
  readonly socketBase?: string;
  /** Unguessable text of at least 8 letters; by default random UUIDs. */
  readonly newSecret?: () => string;
}

export interface AppChange {
  /** All bot scopes the app has; leave one out to see `missing_scope`. */
  readonly scopes?: readonly string[];
  readonly installed?: boolean;
  readonly events?: readonly string[];
  readonly commands?: readonly CommandSetting[];
  readonly shortcuts?: readonly ShortcutSetting[];
  readonly requestUrl?: string;
  /** For "Sign in with Slack". */
  readonly redirectUrls?: readonly string[];
}

export interface LocalSlack {
  readonly url: string;
  /** For `slackApiUrl`; ends with a slash. */
  readonly apiUrl: string;
  readonly pageUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  /** For "Sign in with Slack"; fixed, unless the options say otherwise. */
  readonly clientId: string;
  readonly clientSecret: string;
  readonly team: { readonly id: string; readonly name: string };
  readonly botUser: string;

  readonly as: (user: string) => Person;

  /** Stored messages in order of posting; a channel's id or `#name`. */
  readonly messages: (channel: string) => readonly Message[];
  /** What only this person was shown. */
  readonly ephemerals: (user: string) => readonly Message[];
  /** Between this person and the app. */
  readonly directMessages: (user: string) => readonly Message[];
  readonly homeOf: (user: string) => ViewRecord | undefined;
  /** The topmost modal. */
  readonly openModalOf: (user: string) => ViewRecord | undefined;
  readonly modalsOf: (user: string) => readonly ViewRecord[];
  readonly channel: (nameOrId: string) => Channel | undefined;
  readonly file: (id: string) => { readonly name: string; readonly content: Buffer } | undefined;
  readonly calls: () => readonly CallRecord[];
  readonly violations: () => readonly Violation[];
  readonly connections: () => number;

  /** Told of each change as it happens; the returned function ends that. */
  readonly listen: Hub["listen"];
  /** Any message, stored or ephemeral, now or later. */
  readonly waitForMessage: (wanted: (message: Message) => boolean, timeoutMs?: number) => Promise<Message>;
  readonly waitForModal: (user: string, wanted?: (view: Obj) => boolean, timeoutMs?: number) => Promise<ViewRecord>;
  readonly waitForHome: (user: string, wanted?: (view: Obj) => boolean, timeoutMs?: number) => Promise<ViewRecord>;
  /** At least so many; with 0, none. */
  readonly waitForConnections: (count: number, timeoutMs?: number) => Promise<number>;
  /** Asked now and after each change until it gives a value. */
  readonly waitUntil: <T>(read: () => T | undefined, what: string, timeoutMs?: number) => Promise<T>;

  readonly failNext: (method: string, fault: Fault, times?: number) => void;
  readonly clearFaults: () => void;
  readonly closeSockets: () => void;
  readonly sendDisconnect: (reason: DisconnectReason, whom?: "all" | "oldest") => void;
  readonly halfOpen: () => void;
  readonly duplicateNextDelivery: () => void;
  /** Sends the last delivery again, byte for byte; false when there was none. */
  readonly replay: () => Promise<boolean>;
  readonly setApp: (change: AppChange) => void;
  readonly setUser: (id: string, change: Partial<User>) => void;
  readonly setUsergroup: (id: string, change: Partial<Usergroup>) => void;
  readonly setChannel: (nameOrId: string, change: Partial<Channel>) => void;
  /** HTTP mode: the handshake of entering a request URL. */
  readonly verifyRequestUrl: () => Promise<boolean>;
  /** Answers nothing more, cuts all connections, saves the data file. */
  readonly stop: () => Promise<void>;
}
