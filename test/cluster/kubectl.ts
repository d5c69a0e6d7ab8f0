// Runs kubectl as one user of the test cluster and hands back all that it said.
import { spawn } from "node:child_process";

export type Said = { readonly stdout: string; readonly stderr: string; readonly code: number };

export type KubectlCall = {
  readonly program: string;
  readonly kubeconfig: string;
  readonly cacheDirectory: string;
  readonly args: readonly string[];
  readonly input?: string;
};

// `rollout status` and `wait` ask a cluster that is gone for ever.
const atMostMs = 180_000;

/**
 * Resolves with any exit code: a refusal by the cluster is often what a test is about. Rejects when kubectl cannot start, or
 * has not ended after three minutes.
 */
export function runKubectl(call: KubectlCall): Promise<Said> {
  return new Promise((resolve, reject) => {
    const child = spawn(call.program, call.args, {
      env: { PATH: process.env.PATH, KUBECONFIG: call.kubeconfig, KUBECACHEDIR: call.cacheDirectory },
      stdio: ["pipe", "pipe", "pipe"],
      timeout: atMostMs,
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    // kubectl that refuses its arguments closes its input before we have written it; its exit code says so.
    child.stdin.on("error", () => undefined);
    child.stdin.end(call.input ?? "");
    child.on("error", (cause) => reject(new Error(`cannot run ${call.program}`, { cause })));
    child.on("close", (code, signal) => {
      if (code !== null) return resolve({ stdout, stderr, code });
      reject(
        new Error(`kubectl ${call.args.join(" ")} was ended by ${signal} (the limit is ${atMostMs} ms): ${stderr}`),
      );
    });
  });
}
