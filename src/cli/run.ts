// One run of the command line: the word is found, its file loaded, and whatever goes wrong told with an exit status.
import { type CliCommand, findCommand, helpText } from "./commands.ts";
import { problem } from "./output.ts";
import { WrongWords } from "./words.ts";

export async function run(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const [word, ...rest] = argv;
  if (word === undefined || word === "help" || word === "--help" || word === "-h") {
    process.stdout.write(helpText());
    return word === undefined ? 2 : 0;
  }
  const command = findCommand(word);
  if (command === null) {
    process.stderr.write(problem(`There is no command “${word}”.`, "Type countersign help for all of them."));
    return 2;
  }
  if (rest.includes("--help") || rest.includes("-h")) {
    process.stdout.write(`${command.usage}\n\n${command.help}\n`);
    return 0;
  }
  try {
    return await (await command.load())(rest, env);
  } catch (error) {
    return told(command, error);
  }
}

function told(command: CliCommand, error: unknown): number {
  const says = error instanceof Error ? error.message : String(error);
  if (isWrongWords(error)) {
    process.stderr.write(problem(says, `Usage: ${command.usage}`));
    return 2;
  }
  process.stderr.write(problem(says, "Run countersign doctor to see what is missing."));
  return 1;
}

/** Ours, and those of node:util's parseArgs. */
function isWrongWords(error: unknown): boolean {
  if (error instanceof WrongWords) return true;
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return code?.startsWith("ERR_PARSE_ARGS") === true;
}
