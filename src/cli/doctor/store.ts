// Whether the data directory is the bot's alone, writable, with room, and not held by another process.
import { accessSync, constants, existsSync, statfsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { isInUse } from "../../store/at-rest.ts";
import { type Check, type Finding, fail, ok, type Patient, warn } from "./finding.ts";

const mib = 1024 * 1024;
/** The store refuses to write below the first (src/store/open.ts). */
const leastFreeBytes = 64 * mib;
const fewFreeBytes = 1024 * mib;

export const checkStore: Check = async (patient) => {
  const directory = resolve(patient.config.dataDirectory);
  const what = "data directory";
  if (!existsSync(directory)) return [willBeMade(directory)];
  if (!statSync(directory).isDirectory())
    return [fail(what, `${directory} is not a directory.`, "Name a directory as dataDirectory.")];
  if (!isWritable(directory))
    return [fail(what, `${directory} is not writable here.`, `Run this as the bot's user, or: chown it to that user.`)];
  return [modeOf(directory), spaceIn(directory), useOf(patient, directory)];
};

export function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function willBeMade(directory: string): Finding {
  const what = "data directory";
  let parent = dirname(directory);
  while (!existsSync(parent)) parent = dirname(parent);
  if (isWritable(parent)) return ok(what, `${directory} is not there yet; the first start makes it.`);
  return fail(
    what,
    `${directory} is not there, and ${parent} is not writable.`,
    "Make the directory and give it to the bot's user, or name another as dataDirectory.",
  );
}

function modeOf(directory: string): Finding {
  const what = "data directory mode";
  const mode = statSync(directory).mode & 0o777;
  if ((mode & 0o077) === 0) return ok(what, `${directory} is the bot's alone (mode ${mode.toString(8)}).`);
  return fail(what, `${directory} is open to others (mode ${mode.toString(8)}).`, `chmod 700 ${directory}`);
}

function spaceIn(directory: string): Finding {
  const what = "free space";
  const { bavail, bsize } = statfsSync(directory);
  const free = bavail * bsize;
  const shown = `${Math.floor(free / mib)} MiB are free under ${directory}.`;
  if (free < leastFreeBytes)
    return fail(
      what,
      shown,
      `Make room: below ${leastFreeBytes / mib} MiB nothing is written, and so nothing is done.`,
    );
  if (free < fewFreeBytes) return warn(what, shown, "Make room soon: the record only grows.");
  return ok(what, shown);
}

function useOf({ bot }: Patient, directory: string): Finding {
  const what = "store";
  if (bot !== null) {
    const { version, records, backlog } = bot.status;
    return ok(what, `The bot runs on it: version ${version}, ${records} records, ${backlog.count} messages wait.`);
  }
  if (!isInUse(directory)) return ok(what, "No process has it open; the bot does not run.");
  return fail(
    what,
    "A process has it open that does not answer at its socket.",
    `Look at that process and its log (fuser ${directory}/store.db); stop it before another bot is started.`,
  );
}
