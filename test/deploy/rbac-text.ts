// What `countersign rbac` prints for the account of a release, from a configuration in which people are impersonated.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { demoConfig } from "../../demo/config.ts";

const run = promisify(execFile);

export async function rbacText(of: { readonly namespace: string }): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), "countersign-rbac-"));
  try {
    const file = join(directory, "countersign.yaml");
    const cluster = { name: "production", environment: "production", kubeconfig: "unused", context: null };
    writeFileSync(file, demoConfig(directory, [cluster], { botPort: 8080, idpPort: 8090 }));
    const words = ["rbac", "--config", file, "--constrained", "--bot", `${of.namespace}/countersign`];
    return (await run(process.execPath, ["src/cli.ts", ...words, "--users", "ana"])).stdout;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
