// What a check of `doctor` says: how it stands, what was seen, and how to mend it.
import type { Config } from "../../core/config.ts";
import type { GroupConfig } from "../../core/policy.ts";
import type { ExaminedCluster } from "../../integrations/kubernetes/examine.ts";
import type { Api } from "../../integrations/slack/clients.ts";
import type { Directory } from "../../integrations/slack/directory.ts";
import type { Examined } from "../../integrations/slack/examine.ts";
import type { RunningBot } from "../../server/control-client.ts";
import type { NamedDatabase } from "../database.ts";

export interface Finding {
  readonly level: "ok" | "warn" | "fail";
  /** A few words: what was looked at. */
  readonly what: string;
  /** A sentence: what was seen. */
  readonly saw: string;
  /** A sentence that says what to do; "" when nothing needs to be done. */
  readonly mend: string;
}

/** What the checks look at; each part was asked for once. */
export interface Patient {
  readonly config: Config;
  readonly slack: Slack | null;
  readonly clusters: readonly ExaminedCluster[];
  /** The bot that runs on the data directory; null when none does. */
  readonly bot: RunningBot | null;
  /** null where the store is a file in the data directory. */
  readonly database: NamedDatabase | null;
  readonly env: NodeJS.ProcessEnv;
  /** By the names of environment variables that the configuration gives. */
  readonly secrets: { readonly named?: (name: string) => string | undefined };
}

export interface Slack {
  readonly auth: Examined;
  /** Only when the bot's token is good. */
  readonly open: {
    readonly api: Api;
    /** Knows these groups alone: a broken one must not hide how the others stand. */
    readonly directory: (groups: readonly GroupConfig[]) => Directory;
  } | null;
}

export type Check = (patient: Patient) => Promise<readonly Finding[]>;

export const ok = (what: string, saw: string): Finding => ({ level: "ok", what, saw, mend: "" });
export const warn = (what: string, saw: string, mend: string): Finding => ({ level: "warn", what, saw, mend });
export const fail = (what: string, saw: string, mend: string): Finding => ({ level: "fail", what, saw, mend });
