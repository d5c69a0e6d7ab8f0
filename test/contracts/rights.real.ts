// The rights contract on a real API server, by a bot that holds nothing but the printed rights.
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { Agent, request } from "undici";
import { systemClock } from "../../src/clock.ts";
import { asClusterName } from "../../src/core/ids.ts";
import type { Json } from "../../src/core/json.ts";
import { openClusters } from "../../src/integrations/kubernetes/clusters.ts";
import { startTestCluster } from "../cluster/start.ts";
import { createNamespace, output, type TestCluster } from "../cluster/test-cluster.ts";
import { kubeconfigText } from "../cluster/users.ts";
import { byName } from "../support/scripted-adapter.ts";
import { type RightsBed, rightsContract } from "./rights.ts";

let starting: Promise<TestCluster> | null = null;
const realCluster = (): Promise<TestCluster> => (starting ??= startTestCluster());
after(async () => await (await realCluster()).stop());

async function openReal(near: string, far: string): Promise<RightsBed> {
  const real = await realCluster();
  for (const namespace of [near, far]) await createNamespace(real, namespace);
  await output(real.kubectl("admin", "-n", near, "create", "serviceaccount", "bot"));
  const token = (await output(real.kubectl("admin", "-n", near, "create", "token", "bot"))).trim();
  const directory = await mkdtemp(join(tmpdir(), "rights-"));
  const file = join(directory, "kubeconfig");
  await writeFile(file, kubeconfigText(real, [{ context: "bot", user: "bot", token }], "bot"), { mode: 0o600 });
  const clusters = await openClusters({
    clusters: [
      {
        ...{ name: asClusterName("real"), environment: "test", isDefault: true, unstablePaths: [] },
        access: { kind: "kubeconfig", file, context: null },
        impersonation: byName,
      },
    ],
    ...{ clock: systemClock, random: randomBytes, version: "0.0.0", secretTagKey: Buffer.alloc(32, 3) },
    log: { debug() {}, info() {}, warn() {}, error() {} },
    timing: { backOffMs: 20 },
  });
  const dispatcher = new Agent({ connect: { ca: real.caPem }, allowH2: false });
  const call = async (
    by: string,
    path: string,
    { method, headers, body }: { method: string; headers: object; body?: string },
  ) => {
    const answer = await request(`${real.server}${path}`, {
      dispatcher,
      method: method as "GET",
      headers: { ...headers, authorization: `Bearer ${by}` },
      body: body ?? null,
    });
    return { status: answer.statusCode, body: (await answer.body.json()) as Json };
  };
  return {
    ...{ clusters, name: "real", near, far, bot: { kind: "ServiceAccount", namespace: near, name: "bot" } },
    send: (method, path, body, type = "application/json") =>
      call(real.tokenOf("admin"), path, {
        ...{ method, headers: { "content-type": type } },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    sendAsBot: (path, headers) => call(token, path, { method: "GET", headers }),
    async close() {
      await clusters.close();
      await dispatcher.destroy();
      await rm(directory, { recursive: true });
    },
  };
}

rightsContract({ constrained: true, open: () => openReal("rights-near-1", "rights-far-1") });
rightsContract({ constrained: false, open: () => openReal("rights-near-2", "rights-far-2") });
