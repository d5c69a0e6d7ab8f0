// `countersign policy replay`: the requests of the record, decided by the file's policy instead.
import { parseArgs } from "node:util";
import { type Replay, type Replayed, Replaying } from "../approvals/replay.ts";
import { prunedSeq } from "../audit/entry.ts";
import { linesIn, linesOf } from "../audit/files.ts";
import { systemClock } from "../clock.ts";
import type { AuditRecord } from "../core/audit.ts";
import type { Config } from "../core/config.ts";
import { readDuration } from "../core/params.ts";
import { isRefusal } from "../core/refusal.ts";
import { findBot } from "../server/control-client.ts";
import { linesAtRest } from "./audit.ts";
import { configFile, readConfig } from "./settings.ts";
import { WrongWords } from "./words.ts";

const options = { config: { type: "string" }, log: { type: "string" }, since: { type: "string" } } as const;

/** Exit status 0 whether anything differs or not: it tells, and people judge. */
export async function replayPolicy(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
  const file = configFile(positionals[0] ?? values.config, env);
  const config = readConfig(file);
  const since = systemClock.now() - sinceMs(values.since ?? "30d");
  const replaying = new Replaying(config.policy);
  let pruned = 0;
  for await (const line of await linesFrom(values.log, config, env)) {
    const record = prunedSeq(line) === null ? (JSON.parse(line) as AuditRecord) : null;
    if (record === null) pruned += 1;
    // What was pruned before a record that is older than that is older too.
    else if (record.at < since) pruned = 0;
    else replaying.take(record);
  }
  process.stdout.write(replayText(file, values.since ?? "30d", { ...replaying.result(), pruned }));
  return 0;
}

function sinceMs(text: string): number {
  const read = readDuration(text);
  if (isRefusal(read)) throw new WrongWords(`--since: ${read.message} ${read.hint}`);
  return read;
}

async function linesFrom(
  log: string | undefined,
  config: Config,
  env: NodeJS.ProcessEnv,
): Promise<AsyncIterable<string> | Iterable<string>> {
  if (log !== undefined) return linesOf(log);
  const bot = await findBot(config.dataDirectory);
  return bot === null ? linesAtRest(config, env) : linesIn(bot.auditLog());
}

interface Outcome extends Replay {
  /** Records whose words are gone, and which may have been asked within that time. */
  readonly pruned: number;
}

function replayText(file: string, since: string, { asked, unknown, differing, pruned }: Outcome): string {
  const weaker = differing.filter((one) => one.isWeaker).length;
  const head = `${asked} recorded requests of the last ${since}, decided by ${file}: ${differing.length} would have differed${weaker === 0 ? "" : `, ${weaker} of them with less than was needed then`}.\n`;
  const old =
    unknown === 0
      ? ""
      : `${unknown} records do not hold what was asked, so they were left out: older ones, and refusals before anything was looked for.\n`;
  const gone =
    pruned === 0
      ? ""
      : `${pruned} records may be of that time and were pruned, so what they asked could not be replayed.\n`;
  return `${head}${old}${gone}${differing.map(lineOf).join("")}`;
}

function lineOf({ record, command, by, was, now, because, isWeaker }: Replayed): string {
  const when = new Date(record.at).toISOString().slice(0, 16).replace("T", " ");
  const which = record.request ?? `record ${record.seq}`;
  return `${isWeaker ? "weaker  " : "differs "} ${when} ${which} ${command} (${by})\n           ${was} → ${now}. ${because}\n`;
}
