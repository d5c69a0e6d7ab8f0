// The Kubernetes adapter on a scripted server and a clock moved by hand, and the one Deployment that tests talk about.
import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import type { ImpersonationConfig } from "../../src/core/config.ts";
import { asClusterName } from "../../src/core/ids.ts";
import type { JsonObject } from "../../src/core/json.ts";
import type { Kind, ObjectRef } from "../../src/core/kube.ts";
import { humanOf, type Person } from "../../src/core/person.ts";
import type { Cluster } from "../../src/core/ports/clusters.ts";
import { type OpenClusters, openClusters } from "../../src/integrations/kubernetes/clusters.ts";
import { HandClock } from "./hand-clock.ts";
import { type ScriptedCluster, startScriptedCluster } from "./scripted-cluster.ts";

export interface ScriptedAdapter {
  readonly server: ScriptedCluster;
  readonly clusters: OpenClusters;
  readonly cluster: Cluster;
  readonly clock: HandClock;
  close(): Promise<void>;
}

/** People are known by their subject and the groups of their sign-in, as they are. */
export const byName: ImpersonationConfig = {
  user: { claim: "sub", prefix: "" },
  groups: { from: "idp", prefix: "", only: null },
  uidClaim: null,
  extra: {},
  unlinked: null,
};

/** Linked people are known in the cluster by their name, in the groups `shop-team` and `oncall`. */
export async function openScriptedAdapter(): Promise<ScriptedAdapter> {
  const clock = new HandClock();
  const server = await startScriptedCluster();
  const clusters = await openClusters({
    clusters: [{ ...server.config, impersonation: byName }],
    clock,
    random: (count) => new Uint8Array(count),
    log: { debug() {}, info() {}, warn() {}, error() {} },
    version: "1.2.3",
    secretTagKey: Buffer.alloc(32, 1),
  });
  const cluster = clusters.get("staging");
  assert.ok(cluster !== null);
  return {
    server,
    clusters,
    cluster,
    clock,
    async close() {
      await clusters.close();
      await server.close();
    },
  };
}

export const never = new AbortController().signal;

export const deploymentKind: Kind = {
  group: "apps",
  version: "v1",
  kind: "Deployment",
  resource: "deployments",
  singular: "deployment",
  shortNames: ["deploy"],
  namespaced: true,
  verbs: [],
  subresources: [],
};

export const checkout: ObjectRef = {
  cluster: asClusterName("staging"),
  kind: deploymentKind,
  namespace: "shop",
  name: "checkout",
  uid: "u1",
};

export const checkoutPath = "/apis/apps/v1/namespaces/shop/deployments/checkout";

/** `checkout` as just read. */
export const fresh: JsonObject = { metadata: { name: "checkout", namespace: "shop", uid: "u1", resourceVersion: "7" } };

/** One event on a watch that a script holds open. */
export function feed(watch: ServerResponse | undefined, type: string, object: JsonObject): void {
  watch?.write(`${JSON.stringify({ type, object })}\n`);
}

/** A linked person. */
export function personNamed(name: string, groups: readonly string[] = ["shop-team", "oncall"]): Person {
  const account = { enterpriseId: null, teamId: "T1", userId: "U1" };
  const subject = { issuer: "https://idp.example", subject: name };
  const link = { ...subject, claims: {}, groups, linkedAt: 0, seenAt: 0, steppedUpAt: null };
  const human = humanOf(account, subject);
  return { human, account, subject, assurance: "linked", name, zone: "UTC", groups: [], link };
}
