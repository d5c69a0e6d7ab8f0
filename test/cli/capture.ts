// Runs a command of the command line in this process and gives back what it printed.
import { run } from "../../src/cli/run.ts";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** One at a time: standard output and error are this process's own. The test runner's events pass as bytes, and go on. */
export async function runCli(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const said = { out: "", err: "" };
  const { stdout, stderr } = process;
  const [out, err] = [stdout.write, stderr.write];
  stdout.write = taking((text) => {
    said.out += text;
  }, out.bind(stdout));
  stderr.write = taking((text) => {
    said.err += text;
  }, err.bind(stderr));
  try {
    const code = await run(argv, env);
    return { code, ...said };
  } finally {
    stdout.write = out;
    stderr.write = err;
  }
}

type Write = typeof process.stdout.write;

function taking(take: (text: string) => void, pass: Write): Write {
  return (chunk: string | Uint8Array): boolean => {
    if (typeof chunk !== "string") return pass(chunk);
    take(chunk);
    return true;
  };
}
