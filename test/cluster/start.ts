// Starts one real Kubernetes control plane with fake nodes for a run of tests, or joins the one that runs already.
import { rm } from "node:fs/promises";
import { readAuditEvents } from "./audit-events.ts";
import { bringUp } from "./bring-up.ts";
import { type Binaries, binariesFor } from "./build.ts";
import { type Started, tailsOf } from "./component-process.ts";
import { joinCluster } from "./join.ts";
import { kubectlMethods, type TestCluster } from "./test-cluster.ts";
import { newWorkspace, type Workspace } from "./workspace.ts";

export type { TestCluster } from "./test-cluster.ts";

export type StartSettings = {
  /** The cluster's name in kubeconfigs; `test` unless given. */
  readonly name?: string;
  readonly environment?: NodeJS.ProcessEnv;
  readonly say?: (line: string) => void;
};

/**
 * With TEST_KUBECONFIG: that cluster (README.md). Otherwise a new one on free loopback ports, ready when this resolves; its
 * programs die with this process, however it ends. Throws with the ends of all logs when it does not come up.
 */
export async function startTestCluster(settings: StartSettings = {}): Promise<TestCluster> {
  const environment = settings.environment ?? process.env;
  const say = settings.say ?? ((line: string) => void process.stderr.write(`test bed: ${line}\n`));
  const existing = environment.TEST_KUBECONFIG;
  if (existing !== undefined && existing !== "") return joinCluster(existing, environment, say);
  const binaries = await binariesFor({ environment, say }).catch((error: unknown) => {
    // A test runner shows the error below pages of cancelled tests; what to do about it should be seen at once.
    say(error instanceof Error ? error.message : String(error));
    throw error;
  });
  return startOwnCluster(settings.name ?? "test", binaries, say);
}

async function startOwnCluster(name: string, binaries: Binaries, say: (line: string) => void): Promise<TestCluster> {
  const began = performance.now();
  const workspace = await newWorkspace(name, new Date());
  const running: Started[] = [];
  try {
    await bringUp(workspace, binaries, running);
  } catch (cause) {
    const tails = await tailsOf(running);
    await stopAll(running);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`the test cluster in ${workspace.directory} did not come up: ${reason}\n${tails}`, { cause });
  }
  say(`cluster "${name}" at ${workspace.server} after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return clusterOf(workspace, binaries, running);
}

function clusterOf(at: Workspace, binaries: Binaries, running: readonly Started[]): TestCluster {
  return {
    name: at.name,
    server: at.server,
    caPem: at.caPem,
    kubeconfig: at.kubeconfig,
    tokenOf: (user) => at.accounts[user].token,
    ...kubectlMethods({ program: binaries.kubectl, cacheDirectory: at.file("kubectl-cache") }, at.kubeconfig),
    auditEvents: () => readAuditEvents(at.file("audit.log")),
    stop: async () => {
      await stopAll(running);
      await rm(at.directory, { recursive: true, force: true });
    },
  };
}

/** The latest started first, so that nothing complains about what it misses. */
async function stopAll(running: readonly Started[]): Promise<void> {
  for (const program of running.toReversed()) await program.stop();
}
