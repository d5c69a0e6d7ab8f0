// Bots on one database in this process: each with a data directory of its own, the same keys and the same checkpoints.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rereading } from "../../demo/bot.ts";
import type { Log } from "../../src/core/ports/log.ts";
import { type Bot, startBot } from "../../src/main.ts";
import { identitySecrets, type Place } from "../support/town.ts";

export interface Replica {
  readonly bot: Bot;
  readonly faults: readonly string[];
}

/** The configuration of a replica. `name` is its data directory; the first one, "data", makes the keys, the others get them. */
export function replicaFile(place: Place, name: string): string {
  const first = join(place.directory, "data", "keys");
  const own = join(place.directory, name);
  const text = readFileSync(place.configFile, "utf8");
  const file = join(place.directory, `${name}.yaml`);
  writeFileSync(file, text.replace(JSON.stringify(join(place.directory, "data")), JSON.stringify(own)));
  if (name !== "data") {
    mkdirSync(own, { recursive: true });
    cpSync(first, join(own, "keys"), { recursive: true });
  }
  return file;
}

export async function startReplica(
  place: Place,
  url: string,
  name: string,
  mode: "socket" | "http" = "socket",
): Promise<Replica> {
  const file = replicaFile(place, name);
  const { botToken, apiUrl } = place.slack;
  const appToken = mode === "socket" ? place.slack.appToken : null;
  const signingSecret = mode === "http" ? place.slack.signingSecret : null;
  const faults: string[] = [];
  const bot = await startBot({
    ...rereading(file),
    log: collecting(faults),
    secrets: { botToken, appToken, signingSecret, apiUrl, identity: identitySecrets, databaseUrl: url },
  });
  return { bot, faults };
}

function collecting(faults: string[]): Log {
  const keep = (level: string) => (message: string, fields?: object) => {
    const error = fields !== undefined && "error" in fields && fields.error instanceof Error ? fields.error.stack : "";
    faults.push(`${level}: ${message} ${JSON.stringify(fields ?? {})} ${error}`);
  };
  const quiet = (): void => undefined;
  return { debug: quiet, info: quiet, warn: keep("warn"), error: keep("error") };
}
