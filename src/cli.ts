#!/usr/bin/env node
// The command line: one word, one file under `cli/`; the only reader of the environment besides main.
import { type CliCommand, findCommand, helpText } from "./cli/commands.ts";
import { problem } from "./cli/output.ts";

async function run(argv: readonly string[]): Promise<number> {
  const [word, ...rest] = argv;
  if (word === undefined || word === "help" || word === "--help" || word === "-h") {
    process.stdout.write(helpText());
    return word === undefined ? 2 : 0;
  }
  const command: CliCommand | null = findCommand(word);
  if (command === null) {
    process.stderr.write(problem(`There is no command “${word}”.`, "Type countersign help for all of them."));
    return 2;
  }
  if (rest.includes("--help") || rest.includes("-h")) {
    process.stdout.write(`${command.usage}\n\n${command.help}\n`);
    return 0;
  }
  return (await command.load())(rest, process.env);
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(
    problem(error instanceof Error ? error.message : String(error), "Run countersign doctor to see what is missing."),
  );
  process.exitCode = 1;
}
