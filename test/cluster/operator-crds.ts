// The CRDs that the Prometheus operator brings, from its Go module at the version and checksum that ours pins.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const module = "github.com/prometheus-operator/prometheus-operator";
const pins = join(import.meta.dirname, "go", "prometheus-operator");

/** As YAML. Throws when Go is missing, or when what comes is not what go.sum says. */
export async function operatorCrds(kinds: readonly ("servicemonitors" | "prometheusrules")[]): Promise<string> {
  const version = new RegExp(`${module} (v\\S+)`).exec(await readFile(join(pins, "go.mod"), "utf8"))?.[1] ?? "";
  const { stdout } = await run("go", ["mod", "download", "-json", `${module}@${version}`], {
    cwd: pins,
    env: { ...process.env, GOTOOLCHAIN: "local", GOWORK: "off" },
  });
  const { Dir, Sum } = JSON.parse(stdout) as { readonly Dir: string; readonly Sum: string };
  if (!(await readFile(join(pins, "go.sum"), "utf8")).split("\n").includes(`${module} ${version} ${Sum}`))
    throw new Error(`${module}@${version} is not what go.sum says`);
  const files = kinds.map((kind) => join(Dir, "example/prometheus-operator-crd", `monitoring.coreos.com_${kind}.yaml`));
  return (await Promise.all(files.map((file) => readFile(file, "utf8")))).join("---\n");
}
