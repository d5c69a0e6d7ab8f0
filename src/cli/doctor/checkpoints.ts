// Whether checkpoints go to a second place that is one, and can be written there.
import { existsSync, realpathSync, statSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { type Check, type Finding, fail, ok, warn } from "./finding.ts";
import { isWritable } from "./store.ts";

const what = "checkpoint directory";

export const checkCheckpoints: Check = async ({ config }) => {
  const outside = real(config.audit.checkpoints);
  const data = real(config.dataDirectory);
  const way = relative(data, outside);
  if (way === "" || (!way.startsWith("..") && !way.startsWith("/")))
    return [
      fail(
        what,
        `${outside} is inside the data directory ${data}.`,
        "Name a place outside of it as audit.checkpoints, best on another machine: who can rewrite the log must not reach it.",
      ),
    ];
  const there = nearestThere(outside);
  if (!isWritable(there))
    return [fail(what, `${there} is not writable here.`, "Give the directory to the bot's user, or name another one.")];
  return [sameDisk(data, there, outside)];
};

function sameDisk(data: string, there: string, outside: string): Finding {
  if (existsSync(data) && statSync(data).dev === statSync(there).dev)
    return warn(
      what,
      `${outside} is on the same file system as the data directory.`,
      "It works; a mount from another machine also survives the loss of this one.",
    );
  return ok(what, `${outside} is writable, and outside of the data directory.`);
}

/** With links resolved as far as the path exists. */
function real(path: string): string {
  const whole = resolve(path);
  const there = nearestThere(whole);
  return resolve(realpathSync(there), relative(there, whole));
}

function nearestThere(path: string): string {
  let there = resolve(path);
  while (!existsSync(there)) there = dirname(there);
  return there;
}
