// Reads on the sample cluster: what people see, and what they never see.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { JsonObject } from "../../demo/cluster/json.ts";
import { describe as describeVerb } from "../../src/commands/describe.ts";
import { help } from "../../src/commands/help.ts";
import { verbs } from "../../src/commands/index.ts";
import { status } from "../../src/commands/status.ts";
import { whoami } from "../../src/commands/whoami.ts";
import type { Clusters, Overview } from "../../src/core/ports/clusters.ts";
import { isRefusal } from "../../src/core/refusal.ts";
import { entryOf } from "../../src/dispatch/usage.ts";
import { makePerson } from "../approvals/make.ts";
import { type Bench, openBench } from "./bench.ts";
import { asking, live, said, startMs } from "./make.ts";

const also: readonly JsonObject[] = [
  {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: "node-1.x", namespace: "default" },
    involvedObject: { kind: "Node", name: "node-1", uid: "node-1" },
    reason: "NodeNotReady",
    type: "Warning",
    message: "gone",
    lastTimestamp: new Date(startMs).toISOString(),
  },
  {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "vaults.acme.example" },
    spec: {
      group: "acme.example",
      scope: "Namespaced",
      names: { plural: "vaults", singular: "vault", kind: "Vault", shortNames: ["vlt"] },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
        },
      ],
    },
  },
  {
    apiVersion: "acme.example/v1",
    kind: "Vault",
    metadata: { name: "main", namespace: "shop" },
    spec: { keep: 3 },
  },
];

let bench: Bench;
before(async () => {
  bench = await openBench({}, also);
});
after(() => bench.close());

const reads: readonly (readonly [string, RegExp, RegExp?])[] = [
  [
    "status",
    /1 not well: checkout.*22 pods ready; 3 of 3 nodes ready.*CrashLoopBackOff.*\[Log of checkout → logs production:shop\/checkout\]/s,
  ],
  ["status production", /shop\/deploy\/checkout \| 3\/4/],
  ["status shop", /^production:shop$/m, /data\//],
  ["status payments", /healthy · payments:v5\.8\.1/, /checkout/],
  ["get pods -n shop", /^15 pods on production in shop\nNAME \| READY \| STATUS/, /NAMESPACE/],
  ["get po -A --limit 5", /^5 pods on production\nNAMESPACE \| NAME.*more; narrow it/s],
  ["get deploy checkout -n shop --wide", /^1 deployment checkout on production in shop/],
  ["get secrets -n shop", /checkout-database \| Opaque \| 2/, /not-a-real|password|bm90/],
  ["get pods -n shop -l app.kubernetes.io/name=cart", /^3 pods/],
  ["get vlt -n shop", /^1 vault on production in shop[\s\S]*main/],
  ["get vaults.acme.example", /NAMESPACE[\s\S]*shop \| main/],
  ["get pods -n sohp", /^no-such-namespace: There is no namespace “sohp”/],
  ["get cronjobs -n monitoring", /^No cronjobs on production in monitoring/],
  ["get pdo", /^no-such-kind: .*Did you mean/],
  ["get pods,svc", /^bad-argument: .*One at a time: get pods/],
  ["get all", /^bad-argument: .*Type status/],
  ["get production:shop/deploy/checkout", /^bad-argument: .*get deploy\/checkout -n shop --cluster production/],
  [
    "describe secret/checkout-database",
    /password: "\*\*\* \([0-9a-f]{12}\)"/,
    /not-a-real|bm90LWEt|managedFields|last-applied/,
  ],
  ["describe vlt/main -n shop", /keep: 3/],
  ["describe node/node-1", /NodeNotReady \| gone/],
  ["logs checkout --tail 2", /main\.go.*one with most trouble of 5 pods.*There are more lines/s],
  ["logs checkout --previous --tail 2", /before its last restart/],
  ["logs checkout --grep panic|fatal", /Log of checkout/],
  ["logs checkout --since 1s", /^no-logs: .*Try a longer --since/],
  ["logs checkout --grep (", /^bad-argument: “\(” is no RE2 pattern/],
  ["logs payments --previous", /^no-logs: .*has not restarted/],
  ["logs payments -c nope", /^bad-argument: There is no container “nope”\. The containers are payments\./],
  ["logs pod/cart-0 --grep zzz", /^no-logs: cart-0 \(container cart\) has no such lines/],
  ["logs nope", /^no-such-target/],
  ["events checkout", /^3 events for checkout\n.*ScalingReplicaSet/s],
  ["events shop --warnings", /^2 warnings for production:shop.*BackOff/s, /Normal/],
  ["events production: --since 1s", /^No events for production/],
  ["events node/node-1", /NodeNotReady \| gone \| node\/node-1/],
  ["top pods -n shop", /^15 pods on production\nNAMESPACE \| NAME \| CPU \| MEMORY\nshop \| \S+ \| \d+m \| \d+Mi/],
  ["top nodes", /^3 nodes on production\nNAME \| CPU/],
  ["top services", /^bad-argument: “services” has no usage to show/],
  ["top pods -n sohp", /^no-such-namespace/],
  [
    "history checkout",
    /42 \(current\) \|.*checkout:v2\.42\.0 \| release v2\.42\.0.*41 \|.*39 \|.*\[Plan a rollback → rollback production:shop\/deployment\/checkout --dry-run\]/s,
  ],
  ["history cart", /1 \(current\)/, /Plan a rollback/],
  ["diff", /^missing-argument: MANIFEST is missing/],
];

const policy = {
  mayEver: (verb: string) => verb !== "delete",
} as never;

for (const [text, says, never] of reads) {
  test(`${text}`, async () => {
    const answer = await bench.read(text);
    assert.match(answer, says);
    if (never !== undefined) assert.doesNotMatch(answer, never);
  });
}

test("an object is described without its managers, its last-applied text, and the values of secret-looking variables", () => {
  const found = live(
    "Deployment",
    {},
    {
      managedFields: [{ manager: "kubectl" }],
      annotations: { "kubectl.kubernetes.io/last-applied-configuration": "hunter2-old", team: "shop" },
    },
  );
  const container = {
    name: "app",
    env: [
      { name: "DB_PASSWORD", value: "hunter2" },
      { name: "LEVEL", value: "info" },
    ],
  };
  const object = { ...found.object, spec: { template: { spec: { containers: [container] } } } };
  const facts = { live: { ...found, object }, events: { lines: [], remaining: 0 } };
  const shown = (key: number) =>
    said(describeVerb.answer({ ...facts, tagKey: Buffer.alloc(32, key) }, { target: found.ref }, asking));
  assert.doesNotMatch(shown(1), /hunter2|managedFields|last-applied/);
  assert.match(shown(1), /DB_PASSWORD\n\s+value: "\*\*\* \([0-9a-f]{12}\)"/);
  assert.match(shown(1), /value: info/);
  assert.notEqual(shown(1), shown(2), "a tag is of one answer only, so that it tells nothing");
});

test("a diff shows the fields, and says when nothing would change", async () => {
  const settings = (currency: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings-${currency.toLowerCase()}\n  namespace: shop\ndata:\n  currency: "${currency}"\n`;
  assert.match(await bench.read("diff", settings("EUR")), /^1 of 1 objects change[\s\S]*\+ {2}currency: EUR/);
  bench.sample.objects.put({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "settings-eur", namespace: "shop" },
    data: { currency: "EUR" },
  });
  assert.match(await bench.read("diff", settings("EUR")), /The object is already so/);
  const staged = `apiVersion: v1\nkind: Namespace\nmetadata: {name: lab}\n---\n${settings("USD").replace("namespace: shop", "namespace: lab")}`;
  assert.match(await bench.read("diff", staged), /namespace\/lab[\s\S]*1 more can't be compared before/);
});

function overview(more: Partial<Overview> = {}): Overview {
  const pods = { total: 0, ready: 0, pending: 0, failed: 0 };
  return {
    asOf: startMs,
    live: true,
    isPartial: false,
    nodes: { ready: 3, total: 3 },
    workloads: [],
    pods,
    troubled: [],
    ...more,
  };
}

function statusOf(...overviews: readonly (Overview | null)[]): string {
  const names = overviews.map((_one, index) => `c${index}`);
  const clusters = {
    all: () => names.map((name) => ({ name })),
    get: (name: string) => ({
      info: { name, environment: "test", isDefault: false },
      overview: () => overviews[names.indexOf(name)] ?? null,
    }),
  } as unknown as Clusters;
  const health = { parts: () => [] };
  const ready = status.ready?.({ clusters, health }, { target: { kind: "everything" } }, asking) ?? null;
  assert.equal(ready === null, overviews.includes(null), "what is not known yet is not ready");
  if (ready !== null) return said(ready);
  const facts = overviews.map((one, index) => ({
    ...{ cluster: `c${index}`, environment: "test", scope: { kind: "cluster" } as const, overview: one },
  }));
  return said(status.answer({ seen: facts, away: [] }, { target: { kind: "everything" } }, asking));
}

test("status never says healthy of a cluster that it does not know", () => {
  assert.match(statusOf(null), /^Not known: c0\n/);
  assert.match(statusOf(overview(), null), /^Not known: c1\n/);
  assert.match(statusOf(overview()), /^Nothing runs there\.\n/);
  assert.match(statusOf(overview({ live: false })), /The watch is broken; last known as of/);
});

test("status counts whatever it does not list", () => {
  const troubled = Array.from({ length: 12 }, (_one, index) => ({
    ...{ namespace: "shop", name: `p-${index}`, reason: "Pending", restarts: 0, sinceMs: 1 },
  }));
  const row = (index: number, health: "healthy" | "stuck") => ({
    object: { ...live().ref, name: `w-${index}` },
    ...{ desired: 1, ready: 0, updated: 0, available: 0, paused: false, images: [], health, says: "is bad" },
  });
  const workloads = Array.from({ length: 30 }, (_one, index) => row(index, index < 7 ? "stuck" : "healthy"));
  const text = statusOf(overview({ troubled, workloads }));
  assert.match(text, /^7 not well: w-0, w-1, w-2 …\n/);
  assert.match(text, /and 2 more that are not well/);
  assert.match(text, /and 2 more pods in trouble/);
  assert.match(text, /and 15 more that are healthy/);
});

test("help lists only what this person may do, and explains one verb with examples", async () => {
  const limited = await openHelp();
  assert.match(limited(""), /^rollback TARGET /m);
  assert.doesNotMatch(limited(""), /^delete /m);
  assert.match(limited("Set Image"), /set image checkout app=/);
  assert.match(limited("delete"), /^no-such-verb: There is no verb “delete” that you may use here/);
});

async function openHelp(): Promise<(verb: string) => string> {
  const catalogue = { verbs: [...verbs.values()].map(entryOf) };
  const facts = await help.observe({ catalogue, policy }, { verb: undefined }, asking);
  assert.ok(!isRefusal(facts));
  return (verb) => said(help.answer(facts, { verb: verb === "" ? undefined : verb }, asking));
}

test("whoami says the account, the groups and how it knows", async () => {
  assert.match(await bench.read("whoami"), /^You are U0ANA0001[\s\S]*Groups: engineers/);
  const nobody = whoami.answer(
    { provider: null, groups: [], tooOld: null },
    {},
    { ...asking, person: { ...makePerson("U9"), assurance: "none" } },
  );
  assert.match(said(nobody), /Known by: your Slack account \(none\)\nGroups: none of the policy's/);
});
