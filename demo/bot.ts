// The bot itself, as in production, on the local Slack's tokens.
import { readConfig, readConfigFile } from "../src/cli/settings.ts";
import { verbs } from "../src/commands/index.ts";
import type { Config } from "../src/core/config.ts";
import type { Log } from "../src/core/ports/log.ts";
import { entryOf } from "../src/dispatch/usage.ts";
import { type Bot, type BotOptions, startBot } from "../src/main.ts";
import type { LocalSlack } from "./slack/local-slack.ts";

export interface Configured {
  readonly config: Config;
  readonly file: string;
  /** What the page completes after the slash command. */
  readonly completions: readonly { readonly verb: string; readonly usage: string; readonly summary: string }[];
}

export function loadConfigured(file: string): Configured {
  const completions = [...verbs.values()]
    .map(entryOf)
    .map(({ name, usage, summary }) => ({ verb: name, usage, summary }));
  return { config: readConfig(file), file, completions };
}

/** The configuration of a file, and how it is read again: what a bot is started with. */
export function rereading(file: string): Pick<BotOptions, "config" | "reread"> {
  return { config: readConfig(file), reread: () => readConfigFile(file) };
}

export interface BotIn {
  readonly slack: LocalSlack;
  /** Null where nobody can sign in. */
  readonly identity: NonNullable<BotOptions["secrets"]["identity"]> | null;
  readonly log: Log;
}

export function startConfigured({ file }: Configured, { slack, identity, log }: BotIn): Promise<Bot> {
  const { botToken, appToken, apiUrl } = slack;
  return startBot({
    ...rereading(file),
    log,
    secrets: { botToken, appToken, signingSecret: null, apiUrl, ...(identity === null ? {} : { identity }) },
  });
}
