// `countersign policy check`: the configuration with all its errors at once.
import { parseArgs } from "node:util";
import { isConfigErrors } from "../config/load.ts";
import { renderConfigErrors } from "../config/problem.ts";
import type { CliRun } from "./commands.ts";
import { problem } from "./output.ts";
import { replayPolicy } from "./policy-replay.ts";
import { configFile, readConfigFile } from "./settings.ts";

export const policy: CliRun = async (argv, env) => {
  if (argv[0] === "replay") return replayPolicy(argv.slice(1), env);
  const { positionals, values } = parseArgs({
    args: [...argv],
    options: { config: { type: "string" } },
    allowPositionals: true,
  });
  const [word, named] = positionals;
  if (word !== "check") {
    process.stderr.write(problem(`policy ${word ?? ""} is not a command.`, "Type: countersign policy check [FILE]"));
    return 2;
  }
  const file = configFile(named ?? values.config, env);
  const config = readConfigFile(file);
  if (isConfigErrors(config)) {
    process.stderr.write(`${renderConfigErrors(config)}\n`);
    return 1;
  }
  process.stdout.write(
    `${file} is right: ${config.policy.rules.length} rules, ${config.policy.freezes.length} freezes, policy ${config.policy.digest}\n`,
  );
  return 0;
};
