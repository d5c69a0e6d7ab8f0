// When a bot has nothing under way any more: asked over its socket, as the command line asks.
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findBot } from "../../../src/server/control-client.ts";
import type { Town } from "../../support/town.ts";

/** Resolves when no message waits for Slack any more. */
export async function allSent({ directory }: Pick<Town, "directory">): Promise<void> {
  while ((await findBot(join(directory, "data")))?.status.backlog.count !== 0) await sleep(lookEveryMs);
}

const lookEveryMs = 200;
/** Longer than any pause of an execution that goes well. */
const stillFor = 8;

/** Resolves when the log has not grown for a while. */
export async function quiet(town: Town): Promise<void> {
  let last = -1;
  for (let still = 0; still < stillFor; ) {
    const records = (await findBot(join(town.directory, "data")))?.status.records ?? -1;
    still = records === last ? still + 1 : 0;
    last = records;
    await sleep(lookEveryMs);
  }
}
