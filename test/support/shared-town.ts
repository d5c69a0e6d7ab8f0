// A town that all tests of a file share: there before the first of them, gone after the last.
import { after } from "node:test";
import { startTown, type Town, type TownOptions } from "./town.ts";

/** To be awaited while the file is read; without a bot in it yet. */
export async function sharedTown(options: TownOptions = {}): Promise<Town> {
  const cleanUp: (() => Promise<void> | void)[] = [];
  after(async () => {
    for (const work of cleanUp.reverse()) await work();
  });
  return startTown({ after: (work) => void cleanUp.push(work) }, options);
}

/** The demo's configuration with another policy in the place of its own. */
export function withPolicy(policy: string): (text: string) => string {
  return (text) => text.replace(/^policy:\n(?:[ #].*\n|\n)*/m, policy);
}
