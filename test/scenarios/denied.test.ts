// Who may not ask is shown nothing on the way to being told so: no names that are alike, no state, no plan (T21).
import assert from "node:assert/strict";
import { test } from "node:test";
import { sharedTown, withPolicy } from "../support/shared-town.ts";
import { tell } from "../support/talk.ts";
import { ana, dev } from "../support/town.ts";

const policy = `policy:
  rules:
    - name: platform-in-shop
      when: { actions: change, namespaces: shop, groups: platform }
      approvals: { count: 1, from: [payments-leads, platform] }
      limits: { replicas: 20 }
    - name: may-stay
      when: { verbs: delete, kinds: configmap }
      deny: Nothing is deleted here.
    - name: platform-looks
      when: { actions: read, namespaces: shop, groups: platform }
      allow: true
`;

const town = await sharedTown({ config: withPolicy(policy) });
await town.startBot();

const never: readonly (readonly [string, string])[] = [
  ["rollback chekcout", "rollback"],
  ["scale shop/payments 3", "scale"],
  ["restart shop/payments --dry-run", "restart"],
  ["delete ns/shop", "delete"],
  ["status chekcout", "status"],
  ["logs shop/checkot", "logs"],
  ["get pods -n shop", "get"],
];
for (const [text, verb] of never)
  test(`T21: ${text}, by somebody whom no rule lets, is refused before anything is looked for`, async () => {
    const answer = await tell(town, dev, text);
    assert.match(answer, new RegExp(`No rule lets you use “${verb}”\\.`));
    assert.doesNotMatch(answer, /Did you mean|already|Dry run|checkout|3 to/);
  });

test("T21: a dry run of what one may not ask for shows no plan", async () => {
  const [set] = town.cluster.objects.list("StatefulSet", "data");
  const answer = await tell(town, ana, `restart data/${set?.metadata.name} --dry-run`);
  assert.match(answer, /No rule lets you use “restart” on production:data/);
  assert.doesNotMatch(answer, /Dry run|restartedAt/);
});

test("a dry run of what one may only look at does, with the reason", async () => {
  const answer = await tell(town, ana, "delete cm/checkout-settings -n shop --dry-run");
  assert.match(answer, /Dry run: .*It would be refused: .*may-stay/s);
});

test("a dry run of what one may ask for does, and says by what number it is too much", async () => {
  assert.match(
    await tell(town, ana, "scale shop/payments 5 --dry-run"),
    /Dry run: Scale payments.*It would need 1 of/s,
  );
  assert.match(
    await tell(town, ana, "scale shop/payments 40 --dry-run"),
    /Dry run: Scale payments.*It would be refused: 40 replicas; rule platform-in-shop allows at most 20/s,
  );
});
