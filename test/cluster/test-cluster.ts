// What tests hold of a real cluster, whether this run started it or joined it.
import type { AuditEvent } from "./audit-events.ts";
import { type KubectlCall, runKubectl, type Said } from "./kubectl.ts";
import type { UserName } from "./users.ts";

/** A real API server with controllers, scheduler, two fake nodes, several users, rights and an audit log. */
export type TestCluster = {
  /** The cluster's name, also of the context in each kubeconfig. */
  readonly name: string;
  readonly server: string;
  readonly caPem: string;
  /** The path of a kubeconfig with one context, acting as that user. */
  kubeconfig(user: UserName): string;
  /** The bearer token of that user. */
  tokenOf(user: UserName): string;
  kubectl(user: UserName, ...args: readonly string[]): Promise<Said>;
  /** As `kubectl`, with text on its standard input (`apply -f -`). */
  kubectlWithInput(user: UserName, input: string, ...args: readonly string[]): Promise<Said>;
  /** What people and Countersign have sent so far, oldest first; ask with `until`, it may lag a moment. */
  auditEvents(): Promise<readonly AuditEvent[]>;
  /** Ends all programs and removes their data. Twice is once. A cluster that was only joined goes on running. */
  stop(): Promise<void>;
};

/** The two kubectl methods of a cluster, from where its kubectl and kubeconfigs are. */
export function kubectlMethods(
  place: Pick<KubectlCall, "program" | "cacheDirectory">,
  kubeconfig: (user: UserName) => string,
): Pick<TestCluster, "kubectl" | "kubectlWithInput"> {
  const run = (user: UserName, input: string, args: readonly string[]) =>
    runKubectl({ ...place, kubeconfig: kubeconfig(user), args, input });
  return {
    kubectl: (user, ...args) => run(user, "", args),
    kubectlWithInput: (user, input, ...args) => run(user, input, args),
  };
}

/** The standard output of a call that has to work; throws with what kubectl said otherwise. */
export async function output(call: Promise<Said>): Promise<string> {
  const said = await call;
  if (said.code !== 0) throw new Error(`kubectl ended with code ${said.code}: ${said.stderr.trim()}`);
  return said.stdout;
}

/** A new namespace that takes pods: the controller manager has given it its service account. Fails if it exists. */
export async function createNamespace(cluster: TestCluster, name: string): Promise<void> {
  await output(cluster.kubectl("admin", "create", "namespace", name));
  await output(cluster.kubectl("admin", "-n", name, "wait", "--for=create", "serviceaccount/default", "--timeout=60s"));
}
