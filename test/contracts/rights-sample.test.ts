// The rights contract on the sample cluster.
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSampleCluster } from "../../demo/cluster/cluster.ts";
import { systemClock } from "../../src/clock.ts";
import { asClusterName } from "../../src/core/ids.ts";
import type { Json } from "../../src/core/json.ts";
import { openClusters } from "../../src/integrations/kubernetes/clusters.ts";
import { byName } from "../support/scripted-adapter.ts";
import { type RightsBed, rightsContract } from "./rights.ts";

const tokens = { "admin-token": { user: "admin", groups: ["system:masters"] }, "bot-token": { user: "the-bot" } };

async function openSample(): Promise<RightsBed> {
  const namespaces = ["near", "far"].map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } }));
  const sample = await startSampleCluster({ tokens, seed: namespaces });
  const directory = await mkdtemp(join(tmpdir(), "rights-"));
  const file = join(directory, "kubeconfig");
  sample.kubeconfig("the-bot", file);
  const clusters = await openClusters({
    clusters: [
      {
        ...{ name: asClusterName("sample"), environment: "test", isDefault: true, unstablePaths: [] },
        access: { kind: "kubeconfig", file, context: null },
        impersonation: byName,
      },
    ],
    ...{ clock: systemClock, random: randomBytes, version: "0.0.0", secretTagKey: Buffer.alloc(32, 3) },
    log: { debug() {}, info() {}, warn() {}, error() {} },
    timing: { backOffMs: 20 },
  });
  const call = async (token: string, path: string, init: RequestInit) => {
    const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${token}` };
    const answer = await fetch(`${sample.url}${path}`, { ...init, headers });
    return { status: answer.status, body: (await answer.json()) as Json };
  };
  return {
    ...{ clusters, name: "sample", near: "near", far: "far", bot: { kind: "User", name: "the-bot" } },
    send: (method, path, body, type = "application/json") =>
      call("admin-token", path, {
        ...{ method, headers: { "content-type": type } },
        body: body === undefined ? null : JSON.stringify(body),
      }),
    sendAsBot: (path, headers) => call("bot-token", path, { headers }),
    async close() {
      await clusters.close();
      await sample.stop();
      await rm(directory, { recursive: true });
    },
  };
}

for (const constrained of [true, false]) rightsContract({ constrained, open: openSample });
