// The reaper on the sample cluster: what is over goes, what lives stays, and one failure keeps nothing else alive.
import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { startSampleCluster } from "../../demo/cluster/cluster.ts";
import type { JsonObject } from "../../demo/cluster/json.ts";
import { systemClock } from "../../src/clock.ts";
import { expiresAfterAnnotation, grantLabel } from "../../src/core/access.ts";
import type { Log } from "../../src/core/ports/log.ts";
import { connect } from "../../src/integrations/kubernetes/connect.ts";
import { GrantObjects } from "../../src/integrations/kubernetes/grant-objects.ts";
import { reapOnce, startReaper } from "../../src/reaper/reap.ts";
import { temporaryDirectory } from "../store/samples.ts";

const day = 86_400_000;
const born = Date.parse("2026-11-21T10:00:00Z");
const name = (id: string): string => `countersign-grant-${id}`;

function grantObject(kind: string, id: string, expiresAfter: string, content: JsonObject): JsonObject {
  const apiVersion = kind.endsWith("Binding") ? "rbac.authorization.k8s.io/v1" : "v1";
  const metadata = {
    name: name(id),
    ...(kind === "ClusterRoleBinding" ? {} : { namespace: "shop" }),
    labels: { [grantLabel]: id },
    annotations: { [expiresAfterAnnotation]: expiresAfter },
  };
  return { apiVersion, kind, metadata, ...content };
}

const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" };
const subjects = [{ kind: "User", apiGroup: "rbac.authorization.k8s.io", name: "ana" }];
const binding = (id: string, expiresAfter: string, kind = "RoleBinding"): JsonObject =>
  grantObject(kind, id, expiresAfter, { roleRef, subjects });

async function town(t: TestContext, objects: readonly JsonObject[]) {
  const sample = await startSampleCluster({
    clock: { kind: "stepped", startMs: born },
    tokens: { admin: { user: "admin", groups: ["system:masters"] } },
    seed: [{ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } }, ...objects],
  });
  const file = join(temporaryDirectory(t), "kubeconfig");
  sample.kubeconfig("admin", file);
  const connection = await connect({ kind: "kubeconfig", file, context: null });
  t.after(async () => {
    await connection.close();
    await sample.stop();
  });
  const lines: string[] = [];
  const say = (message: string, fields?: object): void => void lines.push(`${message} ${JSON.stringify(fields ?? {})}`);
  const log: Log = { debug: say, info: say, warn: say, error: say };
  const cluster = new GrantObjects({ connection, clock: systemClock, version: "test", namespace: "shop" });
  const get = async (path: string): Promise<number> => {
    const { authorization = "" } = await connection.headers();
    return (await fetch(`${sample.url}${path}`, { headers: { authorization } })).status;
  };
  const isThere = async (id: string): Promise<boolean> =>
    (await get(`/apis/rbac.authorization.k8s.io/v1/namespaces/shop/rolebindings/${name(id)}`)) === 200;
  return { sample, cluster, log, lines, connection, get, isThere, settings: { cluster, log, longestMs: day } };
}

test("T23: by the cluster's clock, what is over is removed, and what lives or carries no label stays", async (t) => {
  const other = { ...binding("r-0000009", "1s"), metadata: { name: "not-ours", namespace: "shop" } };
  const at = await town(t, [binding("r-0000001", "60s"), binding("r-0000002", "3600s"), other]);
  assert.deepEqual(await reapOnce(at.settings), { seen: 2, removed: 0, failed: 0 });
  at.sample.advance(60_000);
  assert.deepEqual(await reapOnce(at.settings), { seen: 2, removed: 1, failed: 0 });
  assert.deepEqual([await at.isThere("r-0000001"), await at.isThere("r-0000002")], [false, true]);
  assert.equal(await at.get("/apis/rbac.authorization.k8s.io/v1/namespaces/shop/rolebindings/not-ours"), 200);
  assert.match(at.lines.join("\n"), /access ended .*"grant":"r-0000001".*"its 60s are over"/);
});

test("T23: cluster-wide bindings end as well", async (t) => {
  const at = await town(t, [binding("r-0000001", "60s", "ClusterRoleBinding")]);
  at.sample.advance(60_000);
  assert.deepEqual(await reapOnce(at.settings), { seen: 1, removed: 1, failed: 0 });
});

test("T23: a token ends with its Secret, which goes with the service account", async (t) => {
  const account = grantObject("ServiceAccount", "r-0000001", "900s", {});
  const secret = grantObject("Secret", "r-0000001", "900s", { type: "countersign.dev/grant" });
  const at = await town(t, [account, secret]);
  const { authorization = "" } = await at.connection.headers();
  const asked = await fetch(`${at.sample.url}/api/v1/namespaces/shop/serviceaccounts/${name("r-0000001")}/token`, {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify({
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: { expirationSeconds: 3_600, boundObjectRef: { kind: "Secret", apiVersion: "v1", name: name("r-0000001") } },
    }),
  });
  const { status } = (await asked.json()) as { status: { token: string } };
  const asHolder = async (): Promise<number> =>
    (await fetch(`${at.sample.url}/version`, { headers: { authorization: `Bearer ${status.token}` } })).status;
  assert.equal(await asHolder(), 200);
  at.sample.advance(900_000);
  assert.deepEqual(await reapOnce(at.settings), { seen: 1, removed: 1, failed: 0 });
  assert.equal(await asHolder(), 401);
  assert.equal(await at.get(`/api/v1/namespaces/shop/secrets/${name("r-0000001")}`), 404);
});

test("one object that cannot be removed keeps no other alive, and goes with a later pass", async (t) => {
  const at = await town(t, [binding("r-0000001", "60s"), binding("r-0000002", "60s")]);
  at.sample.advance(60_000);
  at.sample.failNext({ method: "DELETE" }, { status: 500 });
  assert.deepEqual(await reapOnce(at.settings), { seen: 2, removed: 1, failed: 1 });
  assert.match(at.lines.join("\n"), /access could not be ended/);
  assert.deepEqual(await reapOnce(at.settings), { seen: 1, removed: 1, failed: 0 });
});

test("an object that was made anew under the same name is another one, and stays", async (t) => {
  const at = await town(t, [binding("r-0000001", "60s")]);
  const { objects } = await at.cluster.list();
  const [old] = objects;
  assert.ok(old !== undefined);
  await at.cluster.remove({ ...old, uid: "00000000-0000-0000-0000-000000000000" });
  assert.ok(await at.isThere("r-0000001"));
});

test("T23: a reaper that starts late ends what is overdue with its first pass, and tells when it last did all of its work", async (t) => {
  const at = await town(t, [binding("r-0000001", "60s")]);
  at.sample.advance(3_600_000);
  const turned = Promise.withResolvers<void>();
  const clock = {
    now: () => 5,
    wait: (_ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve) => {
        turned.resolve();
        signal?.addEventListener("abort", () => resolve());
      }),
  };
  const reaper = startReaper({ ...at.settings, clock, everyMs: 10_000 });
  await turned.promise;
  assert.equal(await at.isThere("r-0000001"), false);
  assert.equal(reaper.lastWholePass(), 5);
  await reaper.stop();
});

test("while the grants cannot be listed no pass counts as whole", async (t) => {
  const at = await town(t, [binding("r-0000001", "60s")]);
  for (let each = 0; each < 3; each += 1) at.sample.failNext({ method: "GET" }, { status: 503 });
  await assert.rejects(reapOnce(at.settings), /refused to list rolebindings: 503/);
});

test("T23: one kind that cannot be listed keeps nothing of the others alive, and no such pass counts as whole", async (t) => {
  const at = await town(t, [binding("r-0000001", "60s", "ClusterRoleBinding"), binding("r-0000002", "60s")]);
  at.sample.advance(60_000);
  at.sample.failNext({ method: "GET" }, { status: 403 });
  assert.deepEqual(await reapOnce(at.settings), { seen: 1, removed: 1, failed: 1 });
  assert.match(at.lines.join("\n"), /could not be listed/);
});
