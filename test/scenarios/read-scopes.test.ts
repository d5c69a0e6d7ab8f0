// What a read looks at is what the policy is asked about, however it was typed; what nobody has read yet restricts (R16).
import assert from "node:assert/strict";
import { test } from "node:test";
import { sharedTown, withPolicy } from "../support/shared-town.ts";
import { tell, wordsOf } from "../support/talk.ts";
import { ana } from "../support/town.ts";

const policy = `policy:
  rules:
    - name: shop-reads
      when: { actions: read, namespaces: shop }
      allow: true
    - name: scaling
      when: { verbs: scale }
      approvals: { count: 1, from: [payments-leads, platform] }
    - name: payments-stays
      when: { verbs: [scale, logs], labels: { team: payments } }
      deny: Payments is left alone.
`;

const town = await sharedTown({ config: withPolicy(policy) });
await town.startBot();

test("who may read one namespace reads it", async () => {
  assert.match(await tell(town, ana, "get pods -n shop"), /cart-0/);
  assert.match(await tell(town, ana, "top pods -n shop"), /MEMORY/);
});

const wider = [
  "get pods -n shop -A",
  "get nodes -n shop",
  "get ns -n shop",
  "top pods -n shop -A",
  "top nodes -n shop",
];
for (const text of [...wider, "get pods -A", "top nodes"])
  test(`R16: ${text} is a read of the whole cluster`, async () => {
    town.cluster.forgetRequests();
    assert.match(await tell(town, ana, text), /No rule lets you use “(get|top)” on production/);
    const read = town.cluster.requests().filter(({ path }) => /metrics.k8s.io/.test(path));
    assert.deepEqual(read, []);
  });

const manifest = (namespace: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one, namespace: ${namespace}}\ndata: {value: first}\n`;
const role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: view}\nrules: []\n";

async function diff(text: string): Promise<string> {
  const { slack } = town;
  while (slack.modalsOf(ana).length > 0) await slack.as(ana).closeModal();
  await slack.as(ana).command("#general", "/ops", "diff -n shop");
  await slack.waitForModal(ana);
  const outcome = await slack.as(ana).submit({ manifest: text });
  const shown = (): string => {
    const open = slack.openModalOf(ana)?.view.blocks;
    return JSON.stringify(outcome) + (Array.isArray(open) ? wordsOf({ text: "", blocks: open }) : "");
  };
  return slack.waitUntil(
    () => (/Under way|takes a little longer/.test(shown()) ? undefined : shown()),
    "an answer",
    10_000,
  );
}

test("R16: diff is asked about where its manifest's objects are, not where -n points", async () => {
  assert.match(await diff(manifest("shop")), /configmap\/one/);
  assert.match(await diff(manifest("data")), /No rule lets you use “diff” on production:data\/configmap\/one/);
  assert.match(await diff(role), /No rule lets you use “diff” on production:clusterrole/);
});

test("R16: a rule about labels holds for what only scales the object, whose Scale has none", async () => {
  assert.match(await tell(town, ana, "scale shop/payments 5"), /Payments is left alone\..*payments-stays/s);
  assert.match(await tell(town, ana, "scale shop/cart 2"), /r-[0-9a-z]{7}/);
});

test("R16: a denial by a label holds for a read of one object, as for one of its namespace", async () => {
  assert.match(await tell(town, ana, "logs shop/payments"), /Payments is left alone\./);
});
