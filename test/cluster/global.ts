// For `node --test --test-global-setup=test/cluster/global.ts`: one control plane for all test files of a run.
import { type SharedCluster, startSharedCluster } from "./shared.ts";

let shared: SharedCluster | undefined;

/** Starts the cluster before the first test file; the files inherit the variables by which they join it. */
export async function globalSetup(): Promise<void> {
  if (process.env.TEST_KUBECONFIG) return;
  shared = await startSharedCluster(process.env);
  Object.assign(process.env, shared.variables);
}

/** Ends it after the last. */
export async function globalTeardown(): Promise<void> {
  await shared?.cluster.stop();
}
