// The configuration and the secrets that a command runs with.
import { readFileSync } from "node:fs";
import { checkPolicy } from "../approvals/check.ts";
import { verbNames } from "../commands/index.ts";
import { isConfigErrors, loadConfig } from "../config/load.ts";
import { type ConfigErrors, renderConfigErrors } from "../config/problem.ts";
import type { Config, PolicyCheck } from "../core/config.ts";
import type { Secrets } from "../main.ts";

export function configFile(given: string | undefined, env: NodeJS.ProcessEnv): string {
  return given ?? env.COUNTERSIGN_CONFIG ?? "countersign.yaml";
}

export function readConfigFile(file: string, check: PolicyCheck = checkPolicy): Config | ConfigErrors {
  return loadConfig(readFileSync(file, "utf8"), file, { ...verbNames, check });
}

/** Throws with every error of the file, each with its line. */
export function readConfig(file: string): Config {
  let config: Config | ConfigErrors;
  try {
    config = readConfigFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new Error(
      `There is no configuration at ${file}. Copy countersign.example.yaml to countersign.yaml, or name one with --config.`,
      { cause: error },
    );
  }
  if (isConfigErrors(config)) throw new Error(renderConfigErrors(config));
  return config;
}

/** Secrets that the configuration names are looked up when it is known which one rules. Throws without Slack's token. */
export function readSecrets(env: NodeJS.ProcessEnv): Secrets {
  const botToken = env.SLACK_BOT_TOKEN ?? "";
  if (botToken === "")
    throw new Error("SLACK_BOT_TOKEN is not set: it is the Bot User OAuth Token of your Slack app (xoxb-…).");
  return {
    botToken,
    appToken: given(env.SLACK_APP_TOKEN),
    signingSecret: given(env.SLACK_SIGNING_SECRET),
    apiUrl: given(env.SLACK_API_URL),
    named: (name) => env[name],
  };
}

/** null where the store is a file in the data directory. Throws when the configuration wants a database and none is named. */
export function readDatabaseUrl(env: NodeJS.ProcessEnv, { urlFrom, isWanted }: Config["database"]): string | null {
  const url = given(env[urlFrom]);
  if (url === null && isWanted)
    throw new Error(
      `${urlFrom} is not set: it is the address of the database that the configuration wants (postgres://…). Without the section “database” the store is a file in the data directory.`,
    );
  return url;
}

/** An empty variable is one that is not set. */
export function given(value: string | undefined): string | null {
  return value === undefined || value === "" ? null : value;
}
