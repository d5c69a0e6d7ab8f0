// `countersign audit verify | export | prove | check-proof`: from words to output and exit code.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parseRequestId } from "../core/ids.ts";
import { checkpointsIn, linesOf, verifierFrom } from "./files.ts";
import type { Verifier } from "./note.ts";
import { checkTlogProof } from "./proof.ts";
import { proveRequest } from "./prove.ts";
import { restored } from "./pruning/restored.ts";
import { type Lines, verifyLog } from "./verify.ts";

/** What stands ready without being named; null where a flag must name it. A verifier elsewhere has none of it. */
export interface AuditCliDefaults {
  /** The log of the running process, or of the data directory when none runs. */
  readonly lines: (() => Lines) | null;
  readonly checkpoints: string | null;
  /** A vkey or a file that holds one. */
  readonly key: string | null;
}

export interface CliResult {
  readonly output: string;
  /** 0: as it should be; 1: the log or proof is not whole; 2: the words or files were not what was needed. */
  readonly exitCode: 0 | 1 | 2;
}

export const auditUsage = `countersign audit verify       [--log FILE] [--checkpoints DIR] [--key VKEY|FILE] [--archive DIR]
countersign audit export       --out FILE [--archive DIR]
countersign audit prove ID     --out DIR [--log FILE] [--checkpoints DIR] [--key VKEY|FILE] [--archive DIR]
countersign audit check-proof  PROOF RECORD [--key VKEY|FILE]
`;

const options = {
  log: { type: "string" },
  checkpoints: { type: "string" },
  key: { type: "string" },
  out: { type: "string" },
  archive: { type: "string" },
} as const;

type Flags = { readonly [name in keyof typeof options]?: string };

/** A flaw in the words or files: said, never thrown further. */
class NotUsable extends Error {}

export async function auditCommand(argv: readonly string[], defaults: AuditCliDefaults): Promise<CliResult> {
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
    const [verb, ...words] = positionals;
    const inputs = new Inputs(values, defaults);
    switch (verb) {
      case "verify":
        return await verify(inputs);
      case "export":
        return await exportLog(inputs, values);
      case "prove":
        return await prove(inputs, { id: words[0], out: values.out });
      case "check-proof":
        return await checkProof(inputs, words);
      default:
        return { output: auditUsage, exitCode: 2 };
    }
  } catch (error) {
    if (!(error instanceof NotUsable) && !isFileOrFlag(error)) throw error;
    return { output: `${(error as Error).message}\n\n${auditUsage}`, exitCode: 2 };
  }
}

async function verify(inputs: Inputs): Promise<CliResult> {
  const lines = inputs.lines();
  const [checkpoints, verifier] = [await inputs.checkpoints(), await inputs.verifier()];
  const verdict = await verifyLog({ lines, checkpoints, verifier });
  const bad = verdict.firstBad === null ? "" : `First bad record: ${verdict.firstBad}\n`;
  return { output: `${verdict.says}\n${bad}`, exitCode: verdict.ok ? 0 : 1 };
}

async function exportLog(inputs: Inputs, { out }: Flags): Promise<CliResult> {
  if (out === undefined) throw new NotUsable("export needs --out FILE");
  let count = 0;
  const lines = inputs.lines();
  await writeFile(
    out,
    (async function* () {
      for await (const line of lines) {
        count += 1;
        yield `${line}\n`;
      }
    })(),
    { mode: 0o600, flag: "wx" },
  );
  return { output: `${count} records written to ${out}\n`, exitCode: 0 };
}

async function prove(
  inputs: Inputs,
  { id, out }: { readonly id: string | undefined; readonly out: string | undefined },
): Promise<CliResult> {
  const request = parseRequestId(id ?? "");
  if (request === null) throw new NotUsable(`"${id ?? ""}" is not a request id such as r-4k7m2qx`);
  if (out === undefined) throw new NotUsable("prove needs --out DIR");
  const [checkpoints, verifier] = [await inputs.checkpoints(), await inputs.verifier()];
  const proved = await proveRequest({ request, lines: inputs.lines(), checkpoints, verifier });
  if (proved.kind === "refused") return { output: `${proved.why}\n`, exitCode: 1 };
  await mkdir(out, { recursive: true });
  const says: string[] = [];
  for (const record of proved.records) {
    const name = `${request}-${record.seq}`;
    await writeFile(join(out, `${name}.json`), record.line);
    await writeFile(join(out, `${name}.tlog-proof`), record.proof);
    says.push(`${name}  ${record.code}`);
  }
  if (proved.uncovered > 0)
    says.push(`${proved.uncovered} newer records have no checkpoint yet: try again in a minute`);
  return { output: `${says.join("\n")}\n`, exitCode: 0 };
}

async function checkProof(inputs: Inputs, [proof, record]: readonly string[]): Promise<CliResult> {
  if (proof === undefined || record === undefined) throw new NotUsable("check-proof needs a proof and a record");
  const line = (await readFile(record, "utf8")).replace(/\n$/, "");
  const checked = checkTlogProof(await readFile(proof, "utf8"), line, await inputs.verifier());
  if (checked.kind === "not-proved") return { output: `Not proved: ${checked.why}.\n`, exitCode: 1 };
  return { output: `Proved: the record is number ${checked.index} of the log's first ${checked.size}.\n`, exitCode: 0 };
}

class Inputs {
  readonly #flags: Flags;
  readonly #defaults: AuditCliDefaults;

  constructor(flags: Flags, defaults: AuditCliDefaults) {
    this.#flags = flags;
    this.#defaults = defaults;
  }

  /** With an archive, its words are where they were. */
  lines(): Lines {
    const { archive } = this.#flags;
    return archive === undefined ? this.#logLines() : restored(this.#logLines(), archive);
  }

  #logLines(): Lines {
    if (this.#flags.log !== undefined) return linesOf(this.#flags.log);
    if (this.#defaults.lines === null) throw new NotUsable("name the exported log with --log FILE");
    return this.#defaults.lines();
  }

  async checkpoints(): Promise<readonly string[]> {
    if (this.#flags.checkpoints !== undefined) return checkpointsIn(this.#flags.checkpoints);
    const directory = this.#defaults.checkpoints;
    if (directory === null) throw new NotUsable("name the directory of checkpoints with --checkpoints DIR");
    // The configured directory is made with the first checkpoint.
    return checkpointsIn(directory).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    });
  }

  async verifier(): Promise<Verifier> {
    const key = this.#flags.key ?? this.#defaults.key;
    if (key === null) throw new NotUsable("name the public key with --key VKEY or a file that holds it");
    const verifier = await verifierFrom(key);
    if (verifier === null) throw new NotUsable(`${key} is neither a vkey nor a file that holds one`);
    return verifier;
  }
}

/** A file that is missing or may not be read, or a flag that does not exist: the person's to mend. */
function isFileOrFlag(error: unknown): boolean {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return code !== undefined && (/^E[A-Z]+$/.test(code) || code.startsWith("ERR_PARSE_ARGS"));
}
