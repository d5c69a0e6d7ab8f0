// Starts a cluster that other processes join: one kubeconfig with every user, and the two variables that name it.
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type StartSettings, startTestCluster, type TestCluster } from "./start.ts";
import { kubeconfigText, userNames } from "./users.ts";

export type SharedCluster = {
  readonly cluster: TestCluster;
  /** What a process needs in its environment so that `startTestCluster` joins this cluster. */
  readonly variables: { readonly TEST_KUBECONFIG: string; readonly TEST_AUDIT_LOG: string };
};

/** Starts a new cluster, whatever TEST_KUBECONFIG says, and writes the file that others join it by. */
export async function startSharedCluster(environment: NodeJS.ProcessEnv): Promise<SharedCluster> {
  const settings: StartSettings = { environment: { ...environment, TEST_KUBECONFIG: "" } };
  const cluster = await startTestCluster(settings);
  const directory = dirname(dirname(cluster.kubeconfig("admin")));
  const file = join(directory, "users.json");
  const users = userNames.map((user) => ({ context: user, user, token: cluster.tokenOf(user) }));
  await writeFile(file, kubeconfigText(cluster, users, "admin"), { mode: 0o600 });
  return { cluster, variables: { TEST_KUBECONFIG: file, TEST_AUDIT_LOG: join(directory, "audit.log") } };
}
