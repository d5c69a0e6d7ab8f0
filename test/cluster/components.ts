// What the test bed is made of: each program, the Go module of ours that pins it, and how it is built.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** One program of the test bed. `requires` is the module whose version in our go.mod is the program's version. */
export type Component = {
  readonly name: ComponentName;
  readonly module: "k8s" | "kwok" | "metrics-server" | "helm";
  readonly package: string;
  readonly requires: string;
  /** Linker flags for a version such as `v1.36.3`, so that the program says its version as a release would. */
  readonly stamp: (version: string) => readonly string[];
};

/** What a cluster is started of; the others are tools of some tests, which ask for them by name. */
export type ClusterComponent = Exclude<ComponentName, "helm">;

export type ComponentName =
  | "kube-apiserver"
  | "kube-controller-manager"
  | "kube-scheduler"
  | "kubectl"
  | "etcd"
  | "kwok"
  | "metrics-server"
  | "helm";

const kubernetesProgram = (
  name: "kube-apiserver" | "kube-controller-manager" | "kube-scheduler" | "kubectl",
): Component => ({
  name,
  module: "k8s",
  package: `k8s.io/kubernetes/cmd/${name}`,
  requires: "k8s.io/kubernetes",
  stamp: stampKubernetes,
});

// In order of build: the first compiles most of what the next three share.
export const components: readonly Component[] = [
  kubernetesProgram("kube-apiserver"),
  kubernetesProgram("kube-controller-manager"),
  kubernetesProgram("kube-scheduler"),
  kubernetesProgram("kubectl"),
  {
    name: "etcd",
    module: "k8s",
    package: "go.etcd.io/etcd/server/v3",
    requires: "go.etcd.io/etcd/server/v3",
    stamp: () => [],
  },
  {
    name: "kwok",
    module: "kwok",
    package: "sigs.k8s.io/kwok/cmd/kwok",
    requires: "sigs.k8s.io/kwok",
    stamp: (version) => ["-X", `sigs.k8s.io/kwok/pkg/consts.Version=${version}`],
  },
  {
    name: "metrics-server",
    module: "metrics-server",
    package: "sigs.k8s.io/metrics-server/cmd/metrics-server",
    requires: "sigs.k8s.io/metrics-server",
    stamp: (version) => ["-X", `sigs.k8s.io/metrics-server/pkg/version.gitVersion=${version}`],
  },
  {
    name: "helm",
    module: "helm",
    package: "helm.sh/helm/v4/cmd/helm",
    requires: "helm.sh/helm/v4",
    stamp: (version) => ["-X", `helm.sh/helm/v4/internal/version.version=${version}`],
  },
];

/** The variables that kubernetes/hack/lib/version.sh sets; without them `/version` answers `v0.0.0-master+$Format:%H$`. */
function stampKubernetes(version: string): readonly string[] {
  const [major = "", minor = ""] = version.replace(/^v/, "").split(".");
  const values = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: "clean", gitCommit: "" };
  return ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"].flatMap((place) =>
    Object.entries(values).flatMap(([variable, value]) => ["-X", `${place}.${variable}=${value}`]),
  );
}

/** A component with what its go.mod and go.sum say. */
export type PinnedComponent = Component & {
  readonly moduleDirectory: string;
  readonly version: string;
  /** The least Go version that the module accepts, such as `1.26.0`. */
  readonly goVersion: string;
  /** Changes whenever go.mod, go.sum or the stamp changes. */
  readonly pin: string;
};

/** Reads our go.mod and go.sum for a component. Throws when either is missing or doesn't name the program. */
export async function pinned(component: Component): Promise<PinnedComponent> {
  const moduleDirectory = join(import.meta.dirname, "go", component.module);
  const goMod = await readFile(join(moduleDirectory, "go.mod"), "utf8");
  const goSum = await readFile(join(moduleDirectory, "go.sum"), "utf8");
  const version = goMod
    .split("\n")
    .map((line) =>
      line
        .trim()
        .replace(/^require /, "")
        .split(" "),
    )
    .find(([path, tag]) => path === component.requires && tag?.startsWith("v"))?.[1];
  const goVersion = /^go (\S+)$/m.exec(goMod)?.[1];
  if (version === undefined || goVersion === undefined) {
    throw new Error(`${join(moduleDirectory, "go.mod")} does not say "go" and a version of ${component.requires}`);
  }
  const parts = [goMod, goSum, component.stamp(version).join(" ")];
  const pin = createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 12);
  return { ...component, moduleDirectory, version, goVersion, pin };
}
