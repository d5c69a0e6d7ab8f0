// Whether the archive of what retention prunes is there and takes files: it is never made, so that a missing mount is seen.
import { existsSync } from "node:fs";
import { type Check, fail, ok } from "./finding.ts";
import { isWritable } from "./store.ts";

const what = "archive";

export const checkArchive: Check = async ({ config }) => {
  const directory = config.retention?.archive ?? null;
  if (directory === null) return [];
  const mend = "Make or mount it and give it to the bot's user; until then nothing is pruned.";
  if (!existsSync(directory)) return [fail(what, `${directory}, named as retention.archive, is not there.`, mend)];
  if (!isWritable(directory))
    return [fail(what, `${directory}, named as retention.archive, is not writable here.`, mend)];
  return [ok(what, `${directory} takes what is pruned.`)];
};
