// The chart, rendered by Helm itself as its users do; and what its documents are.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments, stringify } from "yaml";
import { programsFor } from "../cluster/build.ts";

export interface Rendered {
  readonly code: number;
  readonly stderr: string;
  readonly text: string;
}

export interface KubeDocument {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [more: string]: unknown;
}

export interface Chart {
  /** Runs Helm itself on a cluster. */
  helm(kubeconfig: string, args: readonly string[], values: object): Promise<Rendered>;
  uninstall(kubeconfig: string, name: string, namespace: string): Promise<Rendered>;
  /** Twice is once; what is said on standard error is kept. */
  lint(values: object): Promise<Rendered>;
  template(values: object, files?: Readonly<Record<string, string>>, namespace?: string): Promise<Rendered>;
}

export const release = { name: "cs", namespace: "countersign-chart" };
export const chartDirectory = "deploy/helm/countersign";

export async function openChart(): Promise<Chart> {
  const say = (line: string): void => void process.stderr.write(`test bed: ${line}\n`);
  const helm = (await programsFor({ environment: process.env, say }, ["helm"])).get("helm") ?? "";
  return {
    helm: (kubeconfig, args, values) => run(helm, [...args, "--kubeconfig", kubeconfig], values, {}),
    uninstall: (kubeconfig, name, namespace) =>
      run(helm, ["uninstall", name, "--namespace", namespace, "--kubeconfig", kubeconfig], null, {}),
    lint: (values) => run(helm, ["lint", "--strict", chartDirectory], values, {}),
    template: (values, files = {}, namespace = release.namespace) =>
      run(helm, ["template", release.name, chartDirectory, "--namespace", namespace], values, files),
  };
}

/** `files` are handed in by --set-file, by the path of the value; without values for what takes none. */
function run(
  helm: string,
  args: readonly string[],
  values: object | null,
  files: Readonly<Record<string, string>>,
): Promise<Rendered> {
  const directory = mkdtempSync(join(tmpdir(), "countersign-chart-"));
  const file = join(directory, "values.yaml");
  writeFileSync(file, stringify(values));
  const given = Object.entries(files).flatMap(([path, text]) => {
    const from = join(directory, path);
    writeFileSync(from, text);
    return ["--set-file", `${path}=${from}`];
  });
  return new Promise((resolve) => {
    const env = { PATH: process.env.PATH, HOME: directory };
    const chosen = values === null ? [] : ["--values", file];
    execFile(helm, [...args, ...chosen, ...given], { env, maxBuffer: 1e7 }, (error, stdout, stderr) => {
      rmSync(directory, { recursive: true, force: true });
      const code = error === null ? 0 : 1;
      resolve({ code, stderr, text: stdout });
    });
  });
}

export function documentsOf(text: string): readonly KubeDocument[] {
  return parseAllDocuments(text).flatMap((one) => {
    const value: unknown = one.toJS();
    return value === null ? [] : [value as KubeDocument];
  });
}
