// T26: a Slack account is linked to the subject of whoever is in front of the browser, or not at all.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { refuse } from "../../src/core/refusal.ts";
import type { SignIn } from "../../src/core/sign-in.ts";
import { hashOf } from "../../src/dispatch/sign-in/secrets.ts";
import { proven } from "../identity/make.ts";
import type { Shown } from "../support/browser.ts";
import { ana, baseUrl, bob, issuer, type SignInBench, signInBench, team } from "./sign-in-bench.ts";

const cookieName = "__Host-countersign";

/** Nothing was linked, the page says so and what to type, and the refusal is the newest event. */
async function nothing(bench: SignInBench, page: Shown, says: RegExp): Promise<void> {
  assert.equal(page.status, 403, page.text);
  assert.match(page.text, says);
  assert.match(page.text, /In Slack, type|type login in Slack|go on in the browser|press its button/i);
  assert.equal(await bench.links(), 0);
  const last = (await bench.events()).at(-1);
  assert.equal(last?.code, "identity.refused");
  assert.equal(last?.outcome, "refused");
}

async function begun(t: TestContext) {
  const bench = await signInBench(t);
  bench.signsIn(ana, "ana");
  return { bench, browser: bench.browser(), url: await bench.login(ana) };
}

test("the whole way links the account that typed login with the subject that signed in, and tells both names before", async (t) => {
  const { bench, browser, url } = await begun(t);
  const landing = await browser.open(url);
  assert.match(landing.text, /This link is for Slack account @ana \(U0ANA0001\), and for nobody else/);
  assert.equal(browser.cookies.size, 0, "a scanner of links may open it without taking it");
  const consent = await browser.click(landing);
  assert.match(
    consent.text,
    /You are linking Slack account @ana \(U0ANA0001\) of workspace Acme with ana@example\.com \(ana\) at Example IdP\. Only go on if both are you\./,
  );
  assert.equal(await bench.links(), 0);
  const done = await browser.submit(consent);
  assert.equal(done.status, 200);
  assert.match(done.text, /Slack account @ana \(U0ANA0001\) is linked with ana@example\.com at Example IdP/);
  const [link] = await bench.store.links.all();
  assert.deepEqual(
    [link?.account.userId, link?.account.teamId, link?.link.issuer, link?.link.subject, link?.link.groups],
    [ana, team, issuer, "ana", ["sre"]],
  );
  assert.deepEqual(await bench.told(), [`D${ana}`]);
  assert.deepEqual(
    (await bench.events()).map(({ code }) => code),
    ["identity.begun", "identity.linked"],
  );
  assert.equal(browser.cookies.size, 0, "the cookie is taken back");
});

test("T26: a forwarded link: the victim's browser proves another Slack account than the attacker's", async (t) => {
  const { bench, url } = await begun(t);
  bench.signsIn(bob, "bob");
  const victim = bench.browser();
  const page = await victim.click(await victim.open(url));
  await nothing(
    bench,
    page,
    /for another Slack account \(U0ANA0001\) than the one that you just signed in with \(U0BOB0001\)/,
  );
  bench.signsIn(ana, "ana");
  await nothing(bench, await bench.browser().open(url), /was refused and is over/);
});

test("T26: an account of the same id in another workspace is another account", async (t) => {
  const { bench, browser, url } = await begun(t);
  bench.slack.signsIn = { slack: { teamId: "T0OTHER01", userId: ana } };
  await nothing(bench, await browser.click(await browser.open(url)), /another Slack account/);
});

test("T26: a cookie from another browser: who opened the link first is the only one", async (t) => {
  const { bench, browser, url } = await begun(t);
  await browser.ask(url.replace("/login?", "/login/slack?"));
  const other = bench.browser();
  await nothing(bench, await other.click(await other.open(url)), /already opened, in this or another browser/);
  const own = bench.browser();
  own.cookies.set(cookieName, "A".repeat(43));
  await nothing(bench, await own.ask("/login/agree"), /not the one that the sign-in was begun in/);
  const good = await browser.submit(await browser.click(await browser.open(url)));
  assert.equal(good.status, 200, "the honest browser goes on");
});

test("T26: a missing cookie: a callback in a browser that begun nothing is nobody's", async (t) => {
  const { bench, browser, url } = await begun(t);
  const toSlack = await browser.ask(url.replace("/login?", "/login/slack?"));
  const back = bench.slack.authorize(new URL(toSlack.headers.get("location") ?? ""));
  const bare = bench.browser();
  await nothing(bench, await bare.ask(back), /not the one that the sign-in was begun in/);
  await nothing(bench, await bare.ask("/login/agree", { form: { token: "x" } }), /not the one/);
});

test("T26: reuse: a finished sign-in and its link, pages and form do nothing a second time", async (t) => {
  const { bench, browser, url } = await begun(t);
  const consent = await browser.click(await browser.open(url));
  const cookie = browser.cookies.get(cookieName) ?? "";
  assert.equal((await browser.submit(consent)).status, 200);
  const person = await bench.people.person(ana);
  assert.ok("human" in person);
  await bench.identity.logOut(person);
  browser.cookies.set(cookieName, cookie);
  for (const again of [
    () => browser.open(url),
    () => browser.ask(url.replace("/login?", "/login/slack?")),
    () => browser.submit(consent),
    () => browser.ask("/login/agree"),
    ...browser.visited.filter(({ pathname }) => pathname.endsWith("callback")).map((seen) => () => browser.ask(seen)),
  ])
    await nothing(bench, await again(), /already finished; it works once/);
});

test("T26: two agreements at once make one link", async (t) => {
  const { bench, browser, url } = await begun(t);
  const consent = await browser.click(await browser.open(url));
  const both = await Promise.all([browser.submit(consent), browser.submit(consent)]);
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 403]);
  assert.equal(await bench.links(), 1);
});

test("T26: a sign-in that was finished between deciding and writing links nothing again, not even after logout", async (t) => {
  const { bench, browser, url } = await begun(t);
  await browser.click(await browser.open(url));
  const signIn = await bench.store.signIns.byLink(hashOf(new URL(url).searchParams.get("s") ?? ""));
  assert.equal(signIn?.state, "to-confirm");
  const next: SignIn = { ...signIn, state: "finished", revision: signIn.revision + 1 };
  const of = { signIn, next, purpose: { kind: "link" }, proven: { ...proven("ana"), issuer } } as const;
  assert.ok("title" in (await bench.purpose.finish(of)));
  const person = await bench.people.person(ana);
  assert.ok("human" in person);
  await bench.identity.logOut(person);
  const again = await bench.purpose.finish(of);
  assert.ok("code" in again && again.code === "sign-in-over");
  assert.equal(await bench.links(), 0);
});

for (const leg of ["the link", "Slack", "the provider", "the consent page"] as const)
  test(`T26: expired: after ten minutes nothing goes on from ${leg}`, async (t) => {
    const { bench, browser, url } = await begun(t);
    const late = () => bench.clock.set(bench.clock.now() + 600_000);
    const expired = /more than ten minutes ago and has expired/;
    if (leg === "the link") {
      late();
      return nothing(bench, await browser.open(url), expired);
    }
    const toSlack = await browser.ask(url.replace("/login?", "/login/slack?"));
    const fromSlack = bench.slack.authorize(new URL(toSlack.headers.get("location") ?? ""));
    if (leg === "Slack") {
      late();
      return nothing(bench, await browser.ask(fromSlack), expired);
    }
    const toCompany = await browser.ask(fromSlack);
    const fromCompany = bench.company.authorize(new URL(toCompany.headers.get("location") ?? ""));
    if (leg === "the provider") {
      late();
      return nothing(bench, await browser.ask(fromCompany), expired);
    }
    const consent = await browser.open(fromCompany);
    late();
    await nothing(bench, await browser.submit(consent), expired);
  });

test("T26: a swapped callback: the provider's answer on Slack's leg, and Slack's on the provider's", async (t) => {
  const { bench, browser, url } = await begun(t);
  const toSlack = await browser.ask(url.replace("/login?", "/login/slack?"));
  const fromSlack = bench.slack.authorize(new URL(toSlack.headers.get("location") ?? ""));
  const swapped = new URL(fromSlack);
  swapped.pathname = "/login/provider/callback";
  await nothing(bench, await browser.ask(swapped), /another time than its turn/);
  const toCompany = await browser.ask(fromSlack);
  assert.equal(toCompany.status, 303);
  const fromCompany = bench.company.authorize(new URL(toCompany.headers.get("location") ?? ""));
  const back = new URL(fromCompany);
  back.pathname = "/login/slack/callback";
  await nothing(bench, await browser.ask(back), /another time than its turn/);
  const mixed = new URL(fromSlack);
  mixed.pathname = "/login/provider/callback";
  await nothing(bench, await browser.ask(mixed), /belongs to another sign-in/);
});

test("T26: the state of another sign-in: an attacker's callback in the victim's browser", async (t) => {
  const { bench, browser, url } = await begun(t);
  const attacker = bench.browser();
  bench.signsIn(bob, "bob");
  const started = await attacker.ask((await bench.login(bob)).replace("/login?", "/login/slack?"));
  const attackers = bench.slack.authorize(new URL(started.headers.get("location") ?? ""));
  bench.signsIn(ana, "ana");
  const own = await browser.ask(url.replace("/login?", "/login/slack?"));
  await nothing(bench, await browser.ask(attackers), /belongs to another sign-in/);
  const bare = new URL(attackers);
  bare.searchParams.delete("state");
  await nothing(bench, await browser.ask(bare), /belongs to another sign-in/);
  const honest = bench.slack.authorize(new URL(own.headers.get("location") ?? ""));
  assert.equal((await browser.ask(honest)).status, 303, "the victim's own sign-in is not used up by it");
});

test("T26: agreeing without, or with a wrong, token of the form links nothing; nor does another site's form", async (t) => {
  const { bench, browser, url } = await begun(t);
  const consent = await browser.click(await browser.open(url));
  const says = /does not come from the page that I showed/;
  await nothing(bench, await browser.ask("/login/agree", { form: {} }), says);
  await nothing(bench, await browser.submit(consent, { token: "" }), says);
  await nothing(bench, await browser.submit(consent, { token: "B".repeat(43) }), says);
  await nothing(bench, await browser.submit(consent, {}, { origin: "https://evil.example.test" }), says);
  await nothing(bench, await browser.submit(consent, {}, { "sec-fetch-site": "same-site" }), says);
  const own = { origin: "null", "sec-fetch-site": "same-origin" };
  assert.equal((await browser.submit(consent, {}, own)).status, 200, "the page's own form goes on");
});

test("a sign-in that the person cancels, or a provider refuses, is over and says what to type", async (t) => {
  const { bench, browser, url } = await begun(t);
  bench.company.signsIn = null;
  await nothing(bench, await browser.click(await browser.open(url)), /the person cancelled/);
  await nothing(bench, await browser.open(url), /was refused and is over/);
});

test("a provider that does not answer is said; the link still works when it is back", async (t) => {
  const { bench, browser, url } = await begun(t);
  bench.slack.fault = refuse("sign-in-unavailable", "Slack does not answer.", "In Slack, type login in a minute.");
  const away = await browser.click(await browser.open(url));
  assert.equal(away.status, 503);
  assert.match(away.text, /Slack does not answer\. In Slack, type login in a minute\./);
  bench.slack.fault = null;
  assert.equal((await bench.wholeWay(browser, url)).status, 200);
});

test("after a restart in the middle the person goes on where they were", async (t) => {
  const { bench, browser, url } = await begun(t);
  const consent = await browser.click(await browser.open(url));
  await bench.restart();
  assert.equal((await browser.submit(consent)).status, 200);
  assert.equal(await bench.links(), 1);
});

test("each page may come from another replica than the one before", async (t) => {
  const { bench, browser, url } = await begun(t);
  await bench.spread();
  assert.equal((await bench.wholeWay(browser, url)).status, 200);
  assert.equal(await bench.links(), 1);
});

test("T26: the same answer of a provider at two replicas at once is used by one of them", async (t) => {
  const { bench, browser, url } = await begun(t);
  await bench.spread();
  const toSlack = await browser.ask(url.replace("/login?", "/login/slack?"));
  const fromSlack = bench.slack.authorize(new URL(toSlack.headers.get("location") ?? ""));
  const both = await Promise.all([browser.ask(fromSlack), browser.ask(fromSlack)]);
  assert.deepEqual(both.map(({ status }) => status).sort(), [303, 403]);
  assert.equal(bench.slack.exchanges, 1, "the provider is not asked to exchange the code a second time");
  // Whoever reads after the other has gone on finds the next leg, and its other state.
  const late = both.find(({ status }) => status === 403)?.text ?? "";
  assert.match(late, /another time than its turn|belongs to another sign-in/);
  const on = both.find(({ status }) => status === 303)?.headers.get("location") ?? "";
  const consent = await browser.open(bench.company.authorize(new URL(on)));
  assert.equal((await browser.submit(consent)).status, 200);
});

test("T26: two agreements at once, at two replicas, make one link", async (t) => {
  const { bench, browser, url } = await begun(t);
  await bench.spread();
  const consent = await browser.click(await browser.open(url));
  const both = await Promise.all([browser.submit(consent), browser.submit(consent)]);
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 403]);
  assert.equal(await bench.links(), 1);
});

test("T26: what one browser has proven does not open under another's cookie, not even for who writes in the database", async (t) => {
  const { bench, browser, url } = await begun(t);
  const consent = await browser.click(await browser.open(url));
  const thief = bench.browser();
  thief.cookies.set(cookieName, "T".repeat(43));
  const database = new DatabaseSync(join(bench.directory, "store.db"));
  const swap = "UPDATE sign_ins SET browser_hash = ?, body = json_set(body, '$.browserHash', ?)";
  const hash = hashOf("T".repeat(43));
  database.prepare(swap).run(hash, hash);
  database.close();
  assert.equal((await thief.submit(consent)).status, 500);
  assert.equal(await bench.links(), 0);
});

test("a subject of another active account is refused with what to do; of one that is gone it is re-linked", async (t) => {
  const { bench, browser, url } = await begun(t);
  assert.equal((await bench.wholeWay(browser, url)).status, 200);
  bench.signsIn(bob, "ana");
  const refused = await bench.wholeWay(bench.browser(), await bench.login(bob));
  assert.match(refused.text, /already linked to the Slack account U0ANA0001, which is active/);
  assert.match(refused.text, /Type logout from that account; or let an admin type: unlink @U0ANA0001/);
  bench.directoryOf.set(ana, refuse("identity-unknown", "Slack does not answer.", "Try again."));
  const unknown = await bench.wholeWay(bench.browser(), await bench.login(bob));
  assert.match(unknown.text, /Slack does not say whether that one is still active/);
  assert.equal(bench.book.ofSubject({ issuer, subject: "ana" })?.account.userId, ana);
  bench.directoryOf.set(ana, refuse("not-a-member", "ana is deactivated.", "Ask somebody who is."));
  const done = await bench.wholeWay(bench.browser(), await bench.login(bob));
  assert.equal(done.status, 200, done.text);
  assert.equal(bench.book.ofSubject({ issuer, subject: "ana" })?.account.userId, bob);
  const relinked = (await bench.events()).findLast(({ code }) => code === "identity.relinked");
  assert.deepEqual(relinked?.details.ended, [ana]);
  assert.equal(await bench.links(), 1);
});

test("signing in anew as the same refreshes groups and keeps since when; as another it is refused", async (t) => {
  const { bench, browser, url } = await begun(t);
  await bench.wholeWay(browser, url);
  const linkedAt = bench.clock.now();
  bench.clock.set(linkedAt + 13 * 3_600_000);
  bench.company.signsIn = { subject: "ana", name: "ana@example.com", groups: ["dba"] };
  const again = await bench.wholeWay(bench.browser(), await bench.login(ana));
  assert.match(again.text, /Your sign-in is fresh/);
  const link = bench.book.ofSubject({ issuer, subject: "ana" })?.link;
  assert.deepEqual([link?.linkedAt, link?.seenAt, link?.groups], [linkedAt, linkedAt + 13 * 3_600_000, ["dba"]]);
  bench.signsIn(ana, "somebody-else");
  const other = await bench.wholeWay(bench.browser(), await bench.login(ana));
  assert.match(other.text, /linked to another sign-in \(ana\) than somebody-else@example\.com/);
});

test("whoever was deactivated while signing in is linked to nothing", async (t) => {
  const { bench, browser, url } = await begun(t);
  const consent = await browser.click(await browser.open(url));
  bench.directoryOf.set(ana, refuse("not-a-member", "ana is deactivated.", "In Slack, type nothing."));
  await nothing(bench, await browser.submit(consent), /ana is deactivated/);
});

test("T28: after a whole login neither the database nor the record holds a token, a code, a state, a nonce or a secret", async (t) => {
  const { bench, browser, url } = await begun(t);
  bench.company.signsIn = {
    subject: "ana",
    name: "ana@example.com",
    groups: ["sre"],
    claims: { email: "ana@example.com" },
  };
  const files = () => readdirSync(bench.directory).filter((file) => file.startsWith("store.db"));
  const atRest = () => files().map((file) => readFileSync(join(bench.directory, file), "latin1"));
  const consent = await browser.click(await browser.open(url));
  const halfway = atRest();
  const cookie = browser.cookies.get(cookieName) ?? "";
  assert.equal((await browser.submit(consent)).status, 200);
  const secrets = [
    ...[...bench.slack.secrets, ...bench.company.secrets, cookie, new URL(url).searchParams.get("s") ?? ""],
    ...[/name="token" value="([^"]+)"/.exec(consent.html)?.[1] ?? "", "eyJ", "xoxb-", "xoxp-", "ghp_"],
  ];
  assert.ok(secrets.length >= 14 && secrets.every((secret) => secret.length >= 3));
  assert.ok(files().length >= 1);
  for (const bytes of [...halfway, ...atRest()])
    for (const secret of secrets) assert.ok(!bytes.includes(secret), `a file of the store holds ${secret}`);
  assert.ok(!halfway.some((bytes) => bytes.includes("ana@example.com")), "what was proven is not yet agreed to");
  assert.ok(atRest().some((bytes) => bytes.includes("ana@example.com")));
});

test("every page forbids scripts, frames, keeping and telling; the cookie is the browser's and this host's alone", async (t) => {
  const { bench, browser, url } = await begun(t);
  const landing = await browser.open(url);
  const bound = await browser.ask(url.replace("/login?", "/login/slack?"));
  const consent = await browser.click(landing);
  for (const { headers, html } of [landing, bound, consent, await bench.browser().ask("/login/agree")]) {
    const csp = headers.get("content-security-policy") ?? "";
    assert.match(csp, /default-src 'none'.*form-action 'self'; frame-ancestors 'none'; base-uri 'none'/);
    assert.doesNotMatch(csp, /script|unsafe/);
    assert.equal(headers.get("cache-control"), "no-store");
    assert.equal(headers.get("referrer-policy"), "no-referrer");
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.doesNotMatch(html, /<script|javascript:| on[a-z]+=/i);
  }
  assert.match(
    bound.headers.getSetCookie()[0] ?? "",
    /^__Host-countersign=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
  );
});

test("names are text on every page, whatever they hold", async (t) => {
  const { bench, browser } = await begun(t);
  const name = `<img src=x onerror=alert(1)>"'&`;
  const person = bench.directoryOf.get(ana);
  assert.ok(person !== undefined && "name" in person);
  bench.directoryOf.set(ana, { ...person, name });
  bench.company.signsIn = { subject: name, name };
  const consent = await browser.click(await browser.open(await bench.login(ana)));
  assert.doesNotMatch(consent.html, /<img/);
  assert.ok(consent.text.includes(`@${name.replaceAll(/<[^>]*>/g, "")}`) || consent.html.includes("&lt;img src=x"));
});

test("a form over 16 kB is not read, other methods and paths are nobody's", async (t) => {
  const { browser } = await begun(t);
  const big = await browser.ask("/login/agree", { form: { token: "x".repeat(17_000) } }).catch(() => null);
  assert.ok(big === null || big.status === 413);
  assert.equal((await browser.ask("/login", { form: { s: "x" } })).status, 404);
  assert.equal((await browser.ask("/login/")).status, 404);
});

test("a flood of refused steps fills neither the record nor the person's sign-in", async (t) => {
  const { bench, browser, url } = await begun(t);
  const stranger = bench.browser();
  for (let index = 0; index < 70; index += 1) await stranger.ask(`${baseUrl}/login?s=${index}`);
  const events = (await bench.events()).filter(({ code }) => code === "identity.refused");
  assert.equal(events.length, 60);
  assert.equal((await bench.wholeWay(browser, url)).status, 200);
});

test("a page says so when the bot itself fails, and gives the id that finds it", async (t) => {
  const { bench, browser, url } = await begun(t);
  const consent = await browser.click(await browser.open(url));
  await bench.store.close();
  const page = await browser.submit(consent);
  assert.equal(page.status, 500);
  assert.match(page.text, /Something went wrong in me \(fault f-1\).*In Slack, type whoami/);
});
