// `countersign policy …`: its words, and `check`, the configuration with all its errors at once.
import { parseArgs } from "node:util";
import { checkPolicy } from "../approvals/check.ts";
import { systemClock } from "../clock.ts";
import { isConfigErrors } from "../config/load.ts";
import { renderConfigErrors } from "../config/problem.ts";
import type { CliRun } from "./commands.ts";
import { problem } from "./output.ts";
import { replayPolicy } from "./policy-replay.ts";
import { testPolicy } from "./policy-test.ts";
import { whyPolicy } from "./policy-why.ts";
import { configFile, readConfigFile } from "./settings.ts";

const words: Readonly<Record<string, CliRun>> = {
  check: checkFile,
  test: testPolicy,
  why: whyPolicy,
  replay: replayPolicy,
};

export const policy: CliRun = async (argv, env) => {
  const [word = "", ...rest] = argv;
  const run = Object.hasOwn(words, word) ? words[word] : undefined;
  if (run !== undefined) return run(rest, env);
  const known = Object.keys(words).join(", ");
  const says = word === "" ? "policy needs another word." : `policy ${word} is not a command.`;
  process.stderr.write(problem(says, `Type countersign policy with one of ${known}.`));
  return 2;
};

/** What was right once and is over is told here, where somebody can mend it; it never keeps the bot from starting. */
async function checkFile(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { positionals, values } = parseArgs({
    args: [...argv],
    options: { config: { type: "string" } },
    allowPositionals: true,
  });
  const file = configFile(positionals[0] ?? values.config, env);
  const config = readConfigFile(file, (facts) => checkPolicy({ ...facts, now: systemClock.now() }));
  if (isConfigErrors(config)) {
    process.stderr.write(`${renderConfigErrors(config)}\n`);
    return 1;
  }
  process.stdout.write(
    `${file} is right: ${config.policy.rules.length} rules, ${config.policy.freezes.length} freezes, policy ${config.policy.digest}\n`,
  );
  return 0;
}
