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

export function startConfigured({ file }: Configured, slack: LocalSlack, log: Log): Promise<Bot> {
  return startBot({
    ...rereading(file),
    log,
    secrets: { botToken: slack.botToken, appToken: slack.appToken, signingSecret: null, apiUrl: slack.apiUrl },
  });
}
