// R25, T28: a grant's kubeconfig is shown once, on a page, to the linked subject of its holder; it is kept and told nowhere else.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Grant } from "../../src/core/access.ts";
import { asClusterName } from "../../src/core/ids.ts";
import type { ObjectRef } from "../../src/core/kube.ts";
import { type Person, refOf } from "../../src/core/person.ts";
import { isRefusal } from "../../src/core/refusal.ts";
import { deploymentKind, requestId, sampleGrant } from "../store/samples.ts";
import type { Shown } from "../support/browser.ts";
import { ana, bob, type SignInBench, signInBench } from "./sign-in-bench.ts";

const hour = 3_600_000;
const id = requestId("7");

const token = "eyJ-canary-6f1de0b2a4c95e7738";
const issued = {
  ...{ token, server: "https://cluster.example.test", certificateAuthority: null },
  expiresAt: 1_800_000_000_000 + hour,
};

const object = (kind: string): ObjectRef => ({
  ...{ cluster: asClusterName("dev"), namespace: "shop", name: `countersign-grant-${id}`, uid: `uid-of-${kind}` },
  kind: { ...deploymentKind, group: "", kind },
});

async function personOf(bench: SignInBench, userId: string): Promise<Person> {
  const person = await bench.people.person(userId);
  assert.ok(!isRefusal(person));
  return person;
}

/** Ana and Bob are linked; Ana holds an active token grant, and both providers sign Ana in. */
async function begun(t: TestContext, more: Partial<Grant> = {}) {
  const bench = await signInBench(t);
  for (const [userId, subject] of [
    [bob, "bob"],
    [ana, "ana"],
  ] as const) {
    bench.signsIn(userId, subject);
    assert.equal((await bench.wholeWay(bench.browser(), await bench.login(userId))).status, 200);
  }
  const now = bench.clock.now();
  const grant = sampleGrant({
    ...{ id, state: "active", credential: "token", beneficiary: refOf(await personOf(bench, ana)) },
    objects: ["ServiceAccount", "Secret", "RoleBinding"].map(object),
    ...{ activeAt: now, endsAt: now + hour, says: "active", tokenOf: id },
    ...more,
  });
  await bench.store.transact(async (tx) => {
    await tx.grants.insert(grant);
    await tx.grantTokens.put(id, issued);
  });
  return { bench, browser: bench.browser(), ask: () => askedBy(bench, ana) };
}

async function askedBy(bench: SignInBench, userId: string): Promise<string> {
  const offer = await bench.identity.handOver(await personOf(bench, userId), id);
  assert.ok(!isRefusal(offer), JSON.stringify(offer));
  return offer.url;
}

/** Nothing was taken out, the page says why and what to do, and the refusal is the newest event. */
async function nothing(bench: SignInBench, page: Shown, says: RegExp): Promise<void> {
  assert.equal(page.status, 403, page.text);
  assert.match(page.text, says);
  assert.notEqual(await bench.store.grantTokens.expiresAt(id), null);
  assert.equal((await bench.store.grants.get(id))?.handedOverAt, null);
  assert.equal((await bench.events()).at(-1)?.code, "identity.refused");
}

test("the holder's own sign-in, and one press: the kubeconfig is shown, once, and the page may not be kept", async (t) => {
  const { bench, browser, ask } = await begun(t);
  const landing = await browser.open(await ask());
  assert.match(
    landing.text,
    /Fetch the kubeconfig of r-0000007 This link is for Slack account @ana \(U0ANA0001\), and for nobody else/,
  );
  const consent = await browser.click(landing);
  assert.match(consent.text, /It gives read-logs in shop on dev to whoever holds it, until 2027-01-15 09:00 UTC\./);
  assert.match(consent.text, /The next page shows it once, and from then on it is kept nowhere else/);
  assert.match(consent.text, /You fetch it as ana@example\.com \(ana\) at Example IdP/);
  assert.notEqual(await bench.store.grantTokens.expiresAt(id), null, "it waits until the button is pressed");
  const done = await browser.submit(consent);
  assert.equal(done.status, 200, done.text);
  assert.equal(await bench.store.grantTokens.expiresAt(id), null, "shown and erased");
  const shown = /<pre>([\s\S]*)<\/pre>/.exec(done.html)?.[1]?.replaceAll("&quot;", '"') ?? "";
  assert.equal(JSON.parse(shown).users[0].user.token, token);
  assert.equal(JSON.parse(shown).contexts[0].context.namespace, "shop");
  assert.match(done.text, /Save this as dev-r-0000007\.kubeconfig, readable by you alone/);
  assert.equal(done.headers.get("cache-control"), "no-store");
  assert.match(done.headers.get("content-security-policy") ?? "", /default-src 'none'/);
  assert.equal(browser.cookies.size, 0);
  assert.deepEqual(
    (await bench.events()).slice(4).map(({ code, request }) => [code, request]),
    [
      ["identity.begun", id],
      ["identity.proven", id],
      ["grant.handed-over", id],
    ],
  );
});

test("handed over already: neither the old page, nor a new link, nor one that was still open shows another", async (t) => {
  const { bench, browser, ask } = await begun(t);
  const url = await ask();
  const second = await ask();
  const consent = await browser.click(await browser.open(url));
  const late = bench.browser();
  const open = await late.click(await late.open(second));
  const cookie = browser.cookies.get("__Host-countersign") ?? "";
  assert.equal((await browser.submit(consent)).status, 200);
  browser.cookies.set("__Host-countersign", cookie);
  assert.match((await browser.submit(consent)).text, /already finished; it works once/);
  assert.match((await browser.ask("/login/agree")).text, /already finished; it works once/);
  assert.match(
    (await late.submit(open)).text,
    /were handed over at .*, and that is done once\. If they are lost, type revoke r-0000007, and ask with grant anew/,
  );
  const refused = await bench.identity.handOver(await personOf(bench, ana), id);
  assert.ok(isRefusal(refused) && refused.code === "already-handed-over");
});

test("two presses at once show one kubeconfig", async (t) => {
  const { browser, ask } = await begun(t);
  const consent = await browser.click(await browser.open(await ask()));
  const both = await Promise.all([browser.submit(consent), browser.submit(consent)]);
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 403]);
});

test("T5: a stolen Slack session fetches nothing: the subject must be the one that the holder is linked with", async (t) => {
  const { bench, browser, ask } = await begun(t);
  bench.signsIn(ana, "bob");
  await nothing(
    bench,
    await browser.click(await browser.open(await ask())),
    /Slack account U0ANA0001 is linked with ana/,
  );
});

test("somebody else is given no link, and a forwarded one is refused", async (t) => {
  const { bench, browser, ask } = await begun(t);
  const bobs = await bench.identity.handOver(await personOf(bench, bob), id);
  assert.ok(isRefusal(bobs) && bobs.code === "not-yours");
  bench.signsIn(bob, "bob");
  await nothing(bench, await browser.click(await browser.open(await ask())), /for another Slack account \(U0ANA0001\)/);
});

test("a link that ended, and a grant that ended, between the pages hand over nothing", async (t) => {
  const { bench, browser, ask } = await begun(t);
  const first = await browser.click(await browser.open(await ask()));
  const other = bench.browser();
  const second = await other.click(await other.open(await ask()));
  const grant = (await bench.store.grants.get(id)) ?? assert.fail();
  const ending: Grant = { ...grant, state: "ending", says: "it was revoked", revision: grant.revision + 1 };
  await bench.store.transact((tx) => tx.grants.replace(ending, grant.revision));
  await nothing(bench, await browser.submit(first), /r-0000007 is ending: it was revoked/);
  await bench.identity.logOut(await personOf(bench, ana));
  await nothing(bench, await other.submit(second), /not linked with any sign-in now/);
});

for (const [what, more, says] of [
  ["is not active yet", { state: "planned", endsAt: null }, "grant-over"],
  ["is used with one's own credentials", { credential: "binding" }, "wrong-kind"],
  ["is over", { endsAt: 1_800_000_000_000 }, "grant-over"],
] as const)
  test(`a grant that ${what}: no link is given, and it is said why`, async (t) => {
    const { bench } = await begun(t, more);
    const refused = await bench.identity.handOver(await personOf(bench, ana), id);
    assert.ok(isRefusal(refused) && refused.code === says, JSON.stringify(refused));
  });

test("T28: the kubeconfig's token is in no database, record or message, and on no page but the one", async (t) => {
  const { bench, browser, ask } = await begun(t);
  const url = await ask();
  holdsNoToken(bench, "before it is fetched");
  const before = [await browser.open(url)];
  const consent = await browser.click(before[0] ?? assert.fail());
  const done = await browser.submit(consent);
  assert.ok(done.html.includes(token));
  assert.ok(![...before, consent, await browser.open(url)].some(({ html }) => html.includes(token)));
  holdsNoToken(bench, "after it was fetched");
  assert.ok(!JSON.stringify(await bench.events()).includes(token));
  assert.ok(!JSON.stringify(await bench.store.outbox.due(bench.clock.now() + hour, 1_000)).includes(token));
});

/** T28: what a dump of the database would be searched for. */
function holdsNoToken({ directory }: SignInBench, when: string): void {
  const files = readdirSync(directory, { recursive: true }).map(String);
  const stores = files.filter((name) => name.includes("store.db"));
  assert.ok(stores.length > 0);
  for (const name of stores)
    assert.ok(!readFileSync(join(directory, name), "latin1").includes("eyJ"), `${name} ${when}`);
}

test("a token that is not there, or does not open, hands over nothing and leaves the grant as it was", async (t) => {
  const { bench, browser, ask } = await begun(t);
  const consent = await browser.click(await browser.open(await ask()));
  await bench.store.transact((tx) => tx.grantTokens.erase(id));
  const page = await browser.submit(consent);
  assert.equal(page.status, 403, page.text);
  assert.match(
    page.text,
    /The token of r-0000007 is not here any more.*Type revoke r-0000007, and ask with grant anew/,
  );
  assert.equal((await bench.store.grants.get(id))?.handedOverAt, null);
  const failed = (await bench.events()).filter(({ code }) => code === "grant.handed-over");
  assert.deepEqual(
    failed.map(({ outcome }) => outcome),
    ["failed"],
  );
});
