// What the demo changes in its own configuration, such as a port that was taken, is accepted by it as by whoever runs the machine.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../src/core/config.ts";
import { acceptFile, acceptLine } from "../src/main/policy.ts";

/** The configuration's text before the demo looks at it; null when there is none. */
export function configText(directory: string): string | null {
  const file = join(directory, "countersign.yaml");
  return existsSync(file) ? readFileSync(file, "utf8") : null;
}

/** Only where something was accepted before, and the demo itself has written the file since: it is recorded and told. */
export function acceptOwnChange(directory: string, before: string | null, config: Config): void {
  if (before === null || before === configText(directory) || !existsSync(join(config.dataDirectory, "store.db")))
    return;
  writeFileSync(acceptFile(config), `${acceptLine(config.policy.digest)}\n`, { mode: 0o600 });
}
