// Finds the Go toolchain that the test bed is built with, or says exactly what is missing and how to get it.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

export type Toolchain = { readonly command: string; readonly version: string; readonly platform: string };

/**
 * The `go` on the PATH, if it is at least `needed` (such as `1.26.4`). Never lets Go download another toolchain by
 * itself. Throws a sentence for the person otherwise; `programs` are the ones that are wanted and not yet built.
 */
export async function findToolchain(
  needed: string,
  programs: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<Toolchain> {
  const wanted = `The test bed needs ${programs.join(", ")}, not built yet on this machine. Building takes Go ${needed} or newer`;
  const remedy =
    "Install Go from https://go.dev/dl/ (or your system's packages) and run the command again, " +
    "or set KUBEBUILDER_ASSETS to a directory that holds these programs, " +
    "or set TEST_KUBECONFIG to the kubeconfig of a running test cluster (see test/cluster/README.md).";
  const answer = await run("go", ["env", "GOVERSION", "GOOS", "GOARCH"], {
    env: { ...environment, GOTOOLCHAIN: "local" },
  }).catch((cause: unknown) => {
    throw new Error(`${wanted}, and there is no "go" on the PATH. ${remedy}`, { cause });
  });
  const [found = "", os = "", arch = ""] = answer.stdout.trim().split("\n");
  if (!isAtLeast(found.replace(/^go/, ""), needed)) {
    throw new Error(`${wanted}, and the "go" on the PATH is ${found}. ${remedy}`);
  }
  return { command: "go", version: found, platform: `${os}-${arch}` };
}

/** Whether a dotted version such as `1.26.8` is the same as or newer than another. Suffixes such as `rc1` count as 0. */
export function isAtLeast(version: string, least: string): boolean {
  const parts = (text: string) => text.split(".").map((part) => Number.parseInt(part, 10) || 0);
  const [have, want] = [parts(version), parts(least)];
  for (let place = 0; place < Math.max(have.length, want.length); place++) {
    const difference = (have[place] ?? 0) - (want[place] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
