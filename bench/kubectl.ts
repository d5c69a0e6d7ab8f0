// kubectl as people run it: found on PATH or named by KUBECTL, timed from its start to its end.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Null when there is none. */
export function findKubectl(): string | null {
  const { KUBECTL, PATH = "" } = process.env;
  if (KUBECTL !== undefined) return KUBECTL;
  return (
    PATH.split(delimiter)
      .map((folder) => join(folder, "kubectl"))
      .find((file) => existsSync(file)) ?? null
  );
}

export interface KubectlCall {
  readonly kubeconfig: string;
  /** Where it keeps its discovery: warm from the second call on. */
  readonly cache: string;
  readonly args: readonly string[];
}

/** Milliseconds. Throws what kubectl printed when it failed. */
export async function timeKubectl(kubectl: string, { kubeconfig, cache, args }: KubectlCall): Promise<number> {
  const startedAt = performance.now();
  const { stdout } = await run(kubectl, ["--kubeconfig", kubeconfig, "--cache-dir", cache, ...args], {
    maxBuffer: 64 * 1024 * 1024,
  });
  const tookMs = performance.now() - startedAt;
  if (!stdout.includes("service-")) throw new Error(`kubectl printed no pods: ${stdout.slice(0, 200)}`);
  return tookMs;
}
