// Whether the audit log is whole and continues its last checkpoint.
import { join } from "node:path";
import { checkpointsIn, linesIn, verifierFrom } from "../../audit/files.ts";
import { verifyLog } from "../../audit/verify.ts";
import { hasStore } from "../../store/at-rest.ts";
import { hasLog } from "../../store/postgres/at-rest.ts";
import { linesAtRest } from "../audit.ts";
import type { NamedDatabase } from "../database.ts";
import { type Check, fail, ok, warn } from "./finding.ts";

const what = "audit log";

export const checkRecord: Check = async ({ config, bot, database, env }) => {
  const directory = config.dataDirectory;
  if (bot === null && !(await hasRecord(directory, database)))
    return [ok(what, "There is none yet; the first start begins it.")];
  if (bot !== null && bot.status.sealed !== null)
    return [
      fail(
        what,
        bot.status.sealed,
        "Follow the last lines of countersign audit verify, and docs/audit.md, “Recovery”.",
      ),
    ];
  const verifier = await verifierFrom(join(directory, "keys", "audit.vkey"));
  if (verifier === null)
    return [fail(what, "The public key keys/audit.vkey is missing.", "Put keys/ back from the backup.")];
  const checkpoints = await checkpointsIn(config.audit.checkpoints).catch(() => []);
  const lines = bot === null ? linesAtRest(config, env) : linesIn(bot.auditLog());
  const verdict = await verifyLog({ lines, checkpoints, verifier });
  if (verdict.ok) return [ok(what, verdict.says)];
  if (verdict.checkpoints === 0 && verdict.firstBad === null)
    return [warn(what, verdict.says, "Start the bot: it signs a checkpoint at least every minute.")];
  return [
    fail(
      what,
      verdict.says,
      "Keep the log and the checkpoints as they are, and find out who changed what: docs/audit.md, “When it does not verify”.",
    ),
  ];
};

function hasRecord(directory: string, database: NamedDatabase | null): boolean | Promise<boolean> {
  return database === null ? hasStore(directory) : hasLog(database);
}
