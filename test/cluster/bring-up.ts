// The order in which a control plane comes up, each step waiting for what it needs.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Binaries } from "./build.ts";
import { type Started, startProcess } from "./component-process.ts";
import { probe } from "./probe.ts";
import * as programs from "./programs.ts";
import { kubectlMethods, output } from "./test-cluster.ts";
import { until } from "./until.ts";
import type { Workspace } from "./workspace.ts";

const healthyWithinMs = 90_000; // 8 s on two idle cores; ten times that on busy ones

/** Starts every program and the objects that make the cluster usable. Puts each program into `running` once it is started. */
export async function bringUp(at: Workspace, binaries: Binaries, running: Started[]): Promise<void> {
  const start = async (program: programs.Program) => {
    running.push(await startProcess({ ...program, ...placeOf(at, binaries, program) }));
  };
  const healthy = (program: programs.Program) => untilHealthy(at, program, running);
  const { kubectlWithInput } = kubectlMethods(
    { program: binaries.kubectl, cacheDirectory: at.file("kubectl-cache") },
    at.kubeconfig,
  );
  const admin = (...args: readonly string[]) => output(kubectlWithInput("admin", "", ...args));

  const apiServer = programs.kubeApiserver(at);
  await start(programs.etcd(at));
  await start(apiServer);
  await healthy(apiServer);
  await output(kubectlWithInput("admin", await objects(), "apply", "-f", "-"));
  const others = [
    programs.kubeControllerManager(at),
    programs.kubeScheduler(at),
    programs.kwok(at),
    programs.metricsServer(at),
  ];
  for (const program of others) await start(program);
  for (const program of others) await healthy(program);
  // Only now: the API server asks an aggregated API that did not answer again ever more seldom.
  await output(kubectlWithInput("admin", JSON.stringify(metricsApi(at)), "apply", "-f", "-"));
  await admin("wait", "--for=condition=Ready", "node", "--all", "--timeout=60s");
  await admin("wait", "--for=condition=Available", "apiservice", "v1beta1.metrics.k8s.io", "--timeout=60s");
  // A namespace takes no pods before the controller manager has given it a service account.
  await admin("wait", "--for=create", "serviceaccount", "default", "--timeout=60s");
}

function placeOf(at: Workspace, binaries: Binaries, program: programs.Program) {
  return {
    program: binaries[program.name],
    logFile: at.file("logs", `${program.name}.log`),
    environment: { PATH: process.env.PATH, HOME: at.directory },
  };
}

async function untilHealthy(at: Workspace, program: programs.Program, running: readonly Started[]): Promise<void> {
  const url = program.healthUrl;
  if (url === undefined) return;
  const hopeless = () => {
    const dead = running.find((started) => started.ended() !== undefined);
    return dead && `${dead.name} ended with ${dead.ended()}`;
  };
  const asked = { url, caPem: at.caPem, token: at.accounts.admin.token };
  await until({ what: `${program.name} at ${url}`, withinMs: healthyWithinMs, hopeless }, () => probe(asked));
}

async function objects(): Promise<string> {
  const files = ["rights", "nodes", "metrics-server"].map((name) =>
    readFile(join(import.meta.dirname, "objects", `${name}.yaml`), "utf8"),
  );
  return (await Promise.all(files)).join("\n---\n");
}

/** Leads metrics.k8s.io to metrics-server's port on this machine. */
function metricsApi(at: Workspace) {
  return {
    apiVersion: "apiregistration.k8s.io/v1",
    kind: "APIService",
    metadata: { name: "v1beta1.metrics.k8s.io" },
    spec: {
      service: { name: "metrics-server", namespace: "kube-system", port: at.ports.metrics },
      group: "metrics.k8s.io",
      version: "v1beta1",
      groupPriorityMinimum: 100,
      versionPriority: 100,
      insecureSkipTLSVerify: true, // the name it is called by is metrics-server.kube-system.svc
    },
  };
}
