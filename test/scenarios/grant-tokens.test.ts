// R25, R28, T28: a grant's token, made with the grant for exactly its time, sealed until it is fetched, once, and gone with it.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import type { RequestEntry } from "../../demo/cluster/request-log.ts";
import { bindingOf, clusterName, type Granting, granted, mayReadPods, startGranting } from "../support/granting.ts";
import { breathMs, faultOnce, hurried, isWriteTo, timePasses } from "../support/story.ts";
import { approve, ask, cardSays, idOf, tell } from "../support/talk.ts";
import { ana, ben, chloe, dev, eve, writesOf } from "../support/town.ts";

const hour = 3_600_000;
const devMay = ({ town }: Granting) => mayReadPods(town.cluster, clusterName(dev));

async function isGone({ town }: Granting, id: string): Promise<void> {
  await town.slack.waitUntil(
    () => (bindingOf(town.cluster, id) === undefined ? true : undefined),
    `${id} gone`,
    10_000,
  );
}

test("a token grant is handed over once, to its holder alone, lives no longer than it, and ends with it", async (t) => {
  const here = await startGranting(t);
  const { town } = here;
  const id = await granted(here, `grant <@${dev}> read-logs on shop for 1h --as token because of an alarm`);
  const account = `system:serviceaccount:monitoring:countersign-grant-${id}`;
  assert.equal(await mayReadPods(town.cluster, account), true);
  assert.equal(await devMay(here), false, "their own credentials gain nothing");
  const bens = await here.mint(id, ben);
  assert.match(String("message" in bens && bens.message), /is held by/);
  const [one, two] = await Promise.all([here.mint(id, dev), here.mint(id, dev)]);
  const given = [one, two].filter((each) => "kubeconfig" in each);
  assert.equal(given.length, 1, "asked twice at once, it is handed over once");
  const [made] = given;
  assert.ok(made !== undefined && "kubeconfig" in made);
  const token = /"token": "([^"]+)"/.exec(made.kubeconfig)?.[1] ?? "";
  const pods = () =>
    fetch(`${town.cluster.url}/api/v1/namespaces/shop/pods`, { headers: { authorization: `Bearer ${token}` } });
  assert.equal((await pods()).status, 200);
  const grant = (await town.slack.waitUntil(() => bindingOf(town.cluster, id), "its binding")).metadata;
  const started = Date.parse(grant.creationTimestamp ?? "");
  assert.ok(
    made.expiresAt <= started + hour && made.expiresAt > started + hour - 10_000,
    `${made.expiresAt - started}`,
  );
  assert.match(JSON.stringify(await here.mint(id, dev)), /already-handed-over/);
  await tell(town, dev, `done ${id}`);
  await isGone(here, id);
  assert.equal((await pods()).status, 401, "the token ended with the Secret that it is bound to");
  assert.equal(
    town.cluster.objects.get({ kind: "ServiceAccount", namespace: "monitoring", name: `countersign-grant-${id}` }),
    undefined,
  );
  await town.stopBot();
  const records = JSON.stringify(await town.records());
  assert.ok(records.includes("grant.handed-over") && !records.includes(token), "recorded, without the token");
  assert.deepEqual(
    town.faults.filter((line) => line.includes(token)),
    [],
  );
});

test("R25, T28: a ten-minute token is fetched as long as it lasts; until then it waits sealed, and no store, log or record holds it", async (t) => {
  const here = await startGranting(t);
  const { town, clock } = here;
  const id = await granted(here, "grant me read-logs on shop for 10m --as token because of an alarm");
  assert.deepEqual(storesWithTokens(town), []);
  await timePasses(here, 9 * 60_000);
  const made = await here.mint(id, ana);
  assert.ok("kubeconfig" in made, JSON.stringify(made));
  assert.match(made.kubeconfig, /"token": "eyJ/);
  assert.deepEqual(storesWithTokens(town), []);
  await tell(town, ana, `done ${id}`);
  await isGone(here, id);
  clock.jump(breathMs);
  await town.stopBot();
  const ours = (await town.records()).filter(({ request }) => request === id);
  const makes = ours.filter(({ details }) => String(details.object).endsWith("/token")).map(({ code }) => code);
  assert.deepEqual(makes, ["write.intended", "write.done"], "recorded before it was made, and after");
  assert.ok(!JSON.stringify(await town.records()).includes("eyJ"));
  assert.deepEqual(
    town.faults.filter((line) => line.includes("eyJ")),
    [],
  );
});

test("T28: what ends unfetched is fetched by nobody, and its token is erased at once", async (t) => {
  const here = await startGranting(t);
  const { town } = here;
  const id = await granted(here, "grant me read-logs on shop for 30m --as token because of an alarm");
  await tell(town, ana, `revoke ${id}`);
  assert.match(JSON.stringify(await here.mint(id, ana)), /"grant-over"/);
  assert.equal(tokensIn(town), 0);
});

test("R28: where no token can be made nothing is given, and what was made by then is taken back", async (t) => {
  const here = await startGranting(t);
  const { town, clock } = here;
  const card = await ask(town, ana, "grant me read-logs on shop for 30m --as token because of an alarm");
  town.cluster.failNext({ method: "POST", path: /\/token$/ }, { status: 500 });
  await approve(town, ben, card);
  clock.jump(breathMs);
  await approve(town, chloe, card);
  const failed = await hurried(clock, cardSays(town, card, /failed/));
  assert.match(failed, /No token was made: Cluster production did not answer/);
  const account = { kind: "ServiceAccount", namespace: "monitoring", name: `countersign-grant-${idOf(card)}` };
  await town.slack.waitUntil(() => (town.cluster.objects.get(account) === undefined ? true : undefined), "it is gone");
  assert.equal(bindingOf(town.cluster, idOf(card)), undefined);
  assert.equal(tokensIn(town), 0);
});

test("R24, B8: a freeze that comes right before the token is asked for stops it, and what was made by then is taken back", async (t) => {
  const rule =
    "    - { name: freeze-at-once, when: { verbs: freeze, groups: engineers }, allow: true, replaces: two-people }\n";
  const here = await startGranting(t, (text) =>
    text.replace("    - name: halt-at-once", `${rule}    - name: halt-at-once`),
  );
  const { town, clock } = here;
  const card = await ask(town, ana, "grant me read-logs on shop for 30m --as token because of an alarm");
  await approve(town, ben, card);
  clock.jump(breathMs);
  const secret = `/secrets/countersign-grant-${idOf(card)}`;
  const frozen: Promise<string>[] = [];
  let isMade = false;
  const isAnchorRead = (entry: RequestEntry): boolean => {
    isMade ||= isWriteTo("secrets")(entry);
    return isMade && entry.method === "GET" && entry.path.endsWith(secret);
  };
  faultOnce(town.cluster, isAnchorRead, { slowMs: 1_500 }, () => {
    frozen.push(tell(town, eve, "freeze production/shop because something is wrong"));
  });
  await approve(town, chloe, card);
  assert.match(await cardSays(town, card, /failed/), /No token was made: Frozen by fz-.*something is wrong/);
  await Promise.all(frozen);
  assert.equal(frozen.length, 1);
  assert.deepEqual(
    writesOf(town.cluster).filter(({ path }) => path.endsWith("/token")),
    [],
  );
  assert.equal(bindingOf(town.cluster, idOf(card)), undefined);
});

test("an extension of a token takes ten minutes at least, and makes another one that is fetched once", async (t) => {
  const here = await startGranting(t);
  const { town, clock } = here;
  const id = await granted(here, `grant me read-logs on shop for 30m --as token because of an alarm`);
  assert.ok("kubeconfig" in (await here.mint(id, ana)));
  assert.match(await tell(town, ana, `extend ${id} for 9m because of more`), /makes none that lives under 10m/);
  const card = await ask(town, ana, `extend ${id} for 1h because it takes longer`);
  await approve(town, ben, card);
  clock.jump(breathMs);
  await approve(town, chloe, card);
  await cardSays(town, card, /is done and verified/);
  const longer = await here.mint(id, ana);
  assert.ok("kubeconfig" in longer && longer.expiresAt > Date.now() + 80 * 60_000);
  assert.match(JSON.stringify(await here.mint(id, ana)), /already-handed-over/);
});

/** T28: what a dump of the database would be searched for; the log in memory is the bot's, not the store's. */
function storesWithTokens({ directory }: Granting["town"]): readonly string[] {
  const files = readdirSync(directory, { recursive: true }).map(String);
  const stores = files.filter((name) => name.includes("store.db"));
  assert.ok(stores.length > 0);
  return stores.filter((name) => readFileSync(join(directory, name), "latin1").includes("eyJ"));
}

function tokensIn({ directory }: Granting["town"]): number {
  const file =
    readdirSync(directory, { recursive: true })
      .map(String)
      .find((name) => name.endsWith("store.db")) ?? "";
  const database = new DatabaseSync(join(directory, file), { readOnly: true });
  const row = database.prepare("SELECT COUNT(*) AS many FROM grant_tokens").get();
  database.close();
  return Number(row?.many);
}
