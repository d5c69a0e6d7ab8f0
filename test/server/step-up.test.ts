// R21, T5: an approval that takes a fresh sign-in is given by exactly that voter, for exactly that plan, once, or not at all.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { asGroupName, type Nonce } from "../../src/core/ids.ts";
import type { Message, Part } from "../../src/core/message.ts";
import type { Person } from "../../src/core/person.ts";
import type { Requirement } from "../../src/core/policy.ts";
import type { Authentication } from "../../src/core/ports/identity-provider.ts";
import { isRefusal, refuse } from "../../src/core/refusal.ts";
import { type Request, standingVotes } from "../../src/core/request.ts";
import type { SignIn } from "../../src/core/sign-in.ts";
import { hashOf } from "../../src/dispatch/sign-in/secrets.ts";
import { vote } from "../../src/dispatch/vote.ts";
import { voteToken } from "../../src/dispatch/vote-token.ts";
import { makePlan, makeRequirement, minute, start, votes } from "../approvals/make.ts";
import { pending } from "../approvals/scene.ts";
import type { Browser, Shown } from "../support/browser.ts";
import { ana, bob, issuer, member, type SignInBench, signInBench } from "./sign-in-bench.ts";

const cookieName = "__Host-countersign";
const platform = { name: asGroupName("platform"), members: [ana, bob], slackUserGroup: null };
const stepUp = { maxAgeMs: 5 * minute, acr: ["phr"], amr: ["hwk"] };
const topTier = makeRequirement(votes(1, "platform"), { stepUp });
const fresh = { authenticatedAt: start - minute, acr: "phr", amr: ["pwd", "hwk"] };

async function personOf(bench: SignInBench, userId: string): Promise<Person> {
  const person = await bench.people.person(userId);
  assert.ok(!isRefusal(person));
  return person;
}

async function submitted(bench: SignInBench, userId: string, choice: "approve" | "deny" = "approve") {
  const request = await stored(bench);
  const voter = await personOf(bench, userId);
  const token = voteToken({ request, choice, userId }, bench.clock.now());
  const origin = {
    account: voter.account,
    channelId: "C2",
    threadTs: null,
    surface: "form",
    deliveryKey: `view:${randomUUID()}`,
  } as const;
  const input = { origin, request: request.id, version: request.version, choice, token, reason: "looks right" };
  return vote(bench.voting, voter, input);
}

/** Submits the approval in Slack: the message that only the voter sees, its link and its code. */
async function offered(bench: SignInBench, userId = ana): Promise<{ url: string; code: string; message: Message }> {
  const reply = await submitted(bench, userId);
  assert.ok(reply.kind === "message" && reply.audience === "asker", JSON.stringify(reply));
  const spans = reply.message.parts.flatMap((part: Part) => (part.kind === "text" ? part.text : []));
  const url = spans.flatMap((span) => (typeof span !== "string" && span.kind === "link" ? [span.url] : []))[0] ?? "";
  const code = /"([0-9A-Z]{3}-[0-9A-Z]{3})"/.exec(JSON.stringify(reply.message.parts))?.[1] ?? "";
  return { url, code, message: reply.message };
}

async function stored(bench: SignInBench): Promise<Request> {
  return (await bench.store.requests.get(pending(topTier).id)) ?? assert.fail("no request");
}

const votesOf = async (bench: SignInBench) => standingVotes(await stored(bench));

/** Ana and Bob are linked, Ana has submitted her approval, and both providers sign Ana in, freshly. */
async function begun(t: TestContext, requirement: Requirement = topTier) {
  const bench = await signInBench(t, [platform]);
  bench.clock.set(start);
  await bench.store.transact((tx) => tx.requests.insert(pending(requirement)));
  for (const [userId, subject] of [
    [bob, "bob"],
    [ana, "ana"],
  ] as const) {
    bench.directoryOf.set(userId, member(userId, subject, ["platform"]));
    bench.signsIn(userId, subject);
    assert.equal((await bench.wholeWay(bench.browser(), await bench.login(userId))).status, 200);
  }
  bench.signsIn(ana, "ana", fresh);
  return { bench, browser: bench.browser(), ...(await offered(bench)) };
}

/** Nothing was voted, the page says so and what to do, and the refusal is the newest event. */
async function noVote(bench: SignInBench, page: Shown, says: RegExp): Promise<void> {
  assert.ok(page.status === 403 || page.status === 503, `${page.status} ${page.text}`);
  assert.match(page.text, says);
  assert.match(page.text, /in Slack|begin anew|Sign in as/i);
  assert.deepEqual(await votesOf(bench), []);
  const last = (await bench.events()).at(-1);
  assert.deepEqual([last?.code, last?.outcome], ["identity.refused", "refused"]);
}

const toConsent = async (browser: Browser, url: string): Promise<Shown> => browser.click(await browser.open(url));

test("R21: the honest way: the same code and plan in Slack and on each page, a fresh proof, and then the vote", async (t) => {
  const { bench, browser, url, code, message } = await begun(t);
  const shown = JSON.stringify(message);
  assert.match(code, /^[0-9A-HJKMNP-TV-Z]{3}-[0-9A-HJKMNP-TV-Z]{3}$/);
  assert.match(shown, /Nothing is approved yet/);
  assert.match(
    shown,
    /The page must show the same code: if it shows another, or you did not just vote, stop and tell security/,
  );
  const landing = await browser.open(url);
  assert.match(landing.text, /Sign in to approve r-4k7m2qx/);
  assert.match(landing.text, /You are about to approve: one/);
  assert.ok(landing.text.includes(`Match code: ${code}.`), landing.text);
  assert.equal(browser.cookies.size, 0, "a scanner of links may open it without taking it");
  const consent = await browser.click(landing);
  assert.deepEqual(bench.company.demands.at(-1), { stepUp });
  assert.deepEqual(bench.slack.demands.at(-1), {});
  assert.ok(consent.text.includes(`Match code: ${code}.`), consent.text);
  assert.match(consent.text, /Approve r-4k7m2qx\? one Request r-4k7m2qx, version 1, digest [0-9a-f]{12}\./);
  assert.match(consent.text, /Your reason: “looks right”/);
  assert.match(
    consent.text,
    /You approve it as ana@example\.com \(ana\) at Example IdP, from Slack account @ana \(U0ANA0001\)/,
  );
  assert.match(consent.html, /<button class="go">Approve r-4k7m2qx<\/button>/);
  assert.deepEqual(await votesOf(bench), [], "nothing is voted by signing in");
  const done = await browser.submit(consent);
  assert.equal(done.status, 200, done.text);
  assert.match(done.text, /r-4k7m2qx is approved by you Your approval of r-4k7m2qx is recorded\./);
  assert.equal(browser.cookies.size, 0, "the cookie is taken back");
  const request = await stored(bench);
  assert.equal(request.state, "approved");
  assert.deepEqual(
    standingVotes(request).map(({ voter, stepUp: proof, assurance, reason }) => [
      voter.userId,
      proof,
      assurance,
      reason,
    ]),
    [[ana, { at: fresh.authenticatedAt, acr: "phr", amr: ["pwd", "hwk"] }, "linked", "looks right"]],
  );
  const after = (await bench.events()).slice(4);
  assert.deepEqual(
    after.map(({ code: event, request: id }) => [event, id]),
    [
      ...[
        ["vote.refused", request.id],
        ["identity.begun", request.id],
        ["identity.proven", request.id],
      ],
      ...[
        ["vote.cast", request.id],
        ["request.approved", request.id],
      ],
    ],
  );
  assert.equal((await personOf(bench, ana)).assurance, "linked-step-up", "and Ana is known so for a while");
  assert.equal(
    (await bench.store.links.all()).find(({ account }) => account.userId === ana)?.link.steppedUpAt,
    fresh.authenticatedAt,
  );
  bench.clock.set(fresh.authenticatedAt + 15 * minute);
  assert.equal((await personOf(bench, ana)).assurance, "linked", "counted from when she proved it");
  const told = (await bench.store.outbox.due(bench.clock.now(), 100)).filter(({ lane }) => lane === "answer").at(-1);
  assert.equal(told?.to.channelId, `D${ana}`);
  assert.match(
    told?.message.summary ?? "",
    /was approved by you, with a fresh sign-in at Example IdP\. If this was not you/,
  );
});

test("R21: a rule that asks for a fresh sign-in without saying how fresh takes the configured freshness", async (t) => {
  const { bench, browser, url } = await begun(
    t,
    makeRequirement(votes(1, "platform"), { assurance: "linked-step-up" }),
  );
  assert.equal((await bench.wholeWay(browser, url)).status, 200);
  assert.deepEqual(bench.company.demands.at(-1), { stepUp: { maxAgeMs: 15 * minute, acr: [], amr: [] } });
  assert.equal((await votesOf(bench)).length, 1);
});

test("R21: a denial is taken by the click alone", async (t) => {
  const { bench } = await begun(t);
  assert.match(JSON.stringify(await submitted(bench, bob, "deny")), /Your denial of r-4k7m2qx is recorded/);
  assert.equal((await stored(bench)).state, "denied");
});

test("T5: a stolen Slack session is not enough: the thief's own subject approves nothing", async (t) => {
  const { bench, browser, url } = await begun(t);
  bench.signsIn(ana, "bob", fresh);
  await noVote(
    bench,
    await toConsent(browser, url),
    /You signed in as bob@example\.com \(bob\), and Slack account U0ANA0001 is linked with ana\..*tell your security team/,
  );
  bench.signsIn(ana, "ana", fresh);
  await noVote(bench, await browser.open(url), /was refused and is over/);
});

test("T5: a subject of the same name at another issuer is another subject", async (t) => {
  const { bench, browser, url } = await begun(t);
  bench.signsIn(ana, "ana", { ...fresh, issuer: "https://evil.example.test" });
  await noVote(
    bench,
    await toConsent(browser, url),
    /by https:\/\/evil\.example\.test, and https:\/\/id\.example\.test was asked/,
  );
});

test("R21: whoever is not linked any more, or relinked to another subject, when the button is pressed approves nothing", async (t) => {
  const { bench, browser, url } = await begun(t);
  const consent = await toConsent(browser, url);
  await bench.identity.logOut(await personOf(bench, ana));
  await noVote(bench, await browser.submit(consent), /U0ANA0001 is not linked with any sign-in now/);
});

test("R21: a forwarded link: another voter's Slack account is refused, and uses it up", async (t) => {
  const { bench, browser, url } = await begun(t);
  bench.signsIn(bob, "bob", fresh);
  await noVote(
    bench,
    await toConsent(browser, url),
    /for another Slack account \(U0ANA0001\) than the one that you just signed in with \(U0BOB0001\)/,
  );
  await noVote(bench, await browser.open(url), /was refused and is over/);
});

test("R21: another browser: the link, the pages and the form work in the one that took it up", async (t) => {
  const { bench, browser, url } = await begun(t);
  const consent = await toConsent(browser, url);
  const other = bench.browser();
  await noVote(bench, await toConsent(other, url), /already opened, in this or another browser/);
  await noVote(bench, await other.submit(consent), /not the one that the sign-in was begun in/);
  other.cookies.set(cookieName, "A".repeat(43));
  await noVote(bench, await other.submit(consent), /not the one that the sign-in was begun in/);
  assert.equal((await browser.submit(consent)).status, 200, "the honest browser goes on");
});

test("R21: replay: once used, no page, link or form of it votes again, not even after the vote was withdrawn", async (t) => {
  const { bench, browser, url } = await begun(t);
  const consent = await toConsent(browser, url);
  const cookie = browser.cookies.get(cookieName) ?? "";
  assert.equal((await browser.submit(consent)).status, 200);
  const request = await stored(bench);
  const withdrawn = { ...request, votes: [], state: "pending" as const, revision: request.revision + 1 };
  await bench.store.transact((tx) => tx.requests.replace(withdrawn, request.revision));
  browser.cookies.set(cookieName, cookie);
  for (const again of [
    () => browser.open(url),
    () => browser.ask(url.replace("/login?", "/login/slack?")),
    () => browser.submit(consent),
    () => browser.ask("/login/agree"),
    ...browser.visited.filter(({ pathname }) => pathname.endsWith("callback")).map((seen) => () => browser.ask(seen)),
  ])
    await noVote(bench, await again(), /already finished; it works once/);
});

test("R21: two presses of the button at once are one vote", async (t) => {
  const { bench, browser, url } = await begun(t);
  const consent = await toConsent(browser, url);
  const both = await Promise.all([browser.submit(consent), browser.submit(consent)]);
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 403]);
  assert.equal((await votesOf(bench)).length, 1);
  assert.equal((await bench.events()).filter(({ code }) => code === "identity.proven").length, 1);
});

test("R21: a sign-in that was finished between deciding and voting casts nothing again", async (t) => {
  const { bench, browser, url } = await begun(t);
  await toConsent(browser, url);
  const signIn = await bench.store.signIns.byLink(hashOf(new URL(url).searchParams.get("s") ?? ""));
  assert.ok(signIn?.state === "to-confirm" && signIn.purpose.kind === "vote");
  const next: SignIn = { ...signIn, state: "finished", revision: signIn.revision + 1 };
  const name = { name: "ana", claims: {}, groups: [], slack: null };
  const of = { signIn, next, purpose: signIn.purpose, proven: { issuer, subject: "ana", ...fresh, ...name } };
  assert.ok("title" in (await bench.votePurpose.finish(of)));
  const request = await stored(bench);
  const withdrawn = { ...request, votes: [], state: "pending" as const, revision: request.revision + 1 };
  await bench.store.transact((tx) => tx.requests.replace(withdrawn, request.revision));
  const again = await bench.votePurpose.finish(of);
  assert.ok("code" in again && again.code === "sign-in-over");
  assert.deepEqual(await votesOf(bench), []);
});

for (const when of ["the link is opened", "the pages are walked", "the button is pressed"] as const)
  test(`R21: ten minutes after the vote was submitted nothing goes on once ${when}`, async (t) => {
    const { bench, browser, url } = await begun(t);
    const late = () => bench.clock.set(start + 10 * minute);
    const expired = /more than ten minutes ago and has expired.*open the card of r-4k7m2qx and approve it again/;
    if (when === "the link is opened") {
      late();
      return noVote(bench, await browser.open(url), expired);
    }
    if (when === "the pages are walked") {
      const landing = await browser.open(url);
      late();
      return noVote(bench, await browser.click(landing), expired);
    }
    const consent = await toConsent(browser, url);
    late();
    await noVote(bench, await browser.submit(consent), expired);
  });

for (const [what, change] of [
  ["another version", { version: 2, plan: makePlan("two"), nonce: "nonce-2" as Nonce }],
  ["the same version of another digest", { plan: makePlan("two") }],
  ["another version of the same digest", { version: 2, nonce: "nonce-2" as Nonce }],
] as const)
  for (const when of ["before the link is opened", "between the pages", "before the button is pressed"] as const)
    test(`R21, T8: ${what} ${when}: what was seen in Slack is not approved, nor is what came after`, async (t) => {
      const { bench, browser, url } = await begun(t);
      const replan = async () => {
        const request = await stored(bench);
        const next = { ...request, ...change, revision: request.revision + 1 };
        await bench.store.transact((tx) => tx.requests.replace(next, request.revision));
      };
      const changed = /What r-4k7m2qx would do has changed since you approved version 1/;
      if (when === "before the link is opened") {
        await replan();
        return noVote(bench, await browser.open(url), changed);
      }
      if (when === "between the pages") {
        const landing = await browser.open(url);
        await replan();
        return noVote(bench, await browser.click(landing), changed);
      }
      const consent = await toConsent(browser, url);
      await replan();
      await noVote(bench, await browser.submit(consent), changed);
    });

const weak: readonly (readonly [string, Partial<Authentication>])[] = [
  ["was longer ago than allowed", { authenticatedAt: start - 5 * minute - 1 }],
  ["does not say when it was", { authenticatedAt: null }],
  ["was in the future", { authenticatedAt: start + minute }],
  ["has no acr", { acr: null }],
  ["has another acr", { acr: "pwd" }],
  ["lacks a method", { amr: ["pwd"] }],
];
for (const [what, more] of weak)
  test(`R21: a sign-in that ${what} approves nothing, whatever the provider lets pass`, async (t) => {
    const { bench, browser, url } = await begun(t);
    bench.signsIn(ana, "ana", { ...fresh, ...more });
    await noVote(
      bench,
      await toConsent(browser, url),
      /not, or no longer, as fresh and as strong as an approval of r-4k7m2qx takes/,
    );
  });

test("R21: a proof that became too old while the page stood open approves nothing", async (t) => {
  const { bench, browser, url } = await begun(t);
  const consent = await toConsent(browser, url);
  bench.clock.set(fresh.authenticatedAt + 5 * minute + 1);
  await noVote(bench, await browser.submit(consent), /no longer, as fresh/);
});

test("R21: pressing without, or with a wrong, token of the form votes nothing; nor does another site's form", async (t) => {
  const { bench, browser, url } = await begun(t);
  const consent = await toConsent(browser, url);
  const says = /does not come from the page that I showed/;
  await noVote(bench, await browser.ask("/login/agree", { form: {} }), says);
  await noVote(bench, await browser.submit(consent, { token: "B".repeat(43) }), says);
  await noVote(bench, await browser.submit(consent, {}, { origin: "https://evil.example.test" }), says);
  await noVote(bench, await browser.submit(consent, {}, { "sec-fetch-site": "cross-site" }), says);
  assert.equal((await browser.submit(consent)).status, 200);
});

test("R21: a refusal of the vote itself is shown on the page, recorded, and the sign-in is used up", async (t) => {
  const { bench, browser, url } = await begun(t);
  const consent = await toConsent(browser, url);
  await submitted(bench, bob, "deny");
  const refused = await browser.submit(consent);
  assert.equal(refused.status, 403);
  assert.match(refused.text, /r-4k7m2qx is already being executed|is over|denied/);
  const codes = (await bench.events()).map(({ code }) => code);
  assert.deepEqual(codes.slice(-3), ["identity.proven", "vote.refused", "identity.refused"]);
  assert.equal((await votesOf(bench)).filter(({ choice }) => choice === "approve").length, 0);
  assert.match((await browser.submit(consent)).text, /already finished; it works once/);
  assert.equal((await personOf(bench, ana)).assurance, "linked", "nothing was stepped up by it");
});

test("R11, R21: whoever was deactivated while signing in approves nothing, and the sign-in is over", async (t) => {
  const { bench, browser, url } = await begun(t);
  const consent = await toConsent(browser, url);
  bench.directoryOf.set(ana, refuse("not-a-member", "ana is deactivated.", "In Slack, ask somebody who is a member."));
  await noVote(bench, await browser.submit(consent), /ana is deactivated/);
});

test("R21: a link to sign in with approves nothing, and a vote's link links nothing", async (t) => {
  const { bench, browser, url } = await begun(t);
  assert.match((await bench.wholeWay(bench.browser(), await bench.login(ana))).text, /Your sign-in is fresh/);
  assert.deepEqual(await votesOf(bench), []);
  await bench.identity.logOut(await personOf(bench, ana));
  await noVote(bench, await toConsent(browser, url), /is not linked with any sign-in now/);
  assert.equal(await bench.links(), 1, "Bob's alone");
});

test("R21: begun at one replica, ended at another: after a restart in the middle too, and once", async (t) => {
  const { bench, browser, url } = await begun(t);
  await bench.spread();
  const consent = await toConsent(browser, url);
  await bench.restart();
  const both = await Promise.all([browser.submit(consent), browser.submit(consent)]);
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 403]);
  assert.equal((await votesOf(bench)).length, 1);
});

test("R21: voting twice gives two links with two codes, of which one becomes a vote", async (t) => {
  const { bench, browser, url, code } = await begun(t);
  const second = await offered(bench);
  assert.notEqual(second.code, code);
  assert.notEqual(second.url, url);
  assert.equal((await bench.wholeWay(browser, url)).status, 200);
  const again = await bench.wholeWay(bench.browser(), second.url);
  assert.equal(again.status, 403);
  assert.equal((await votesOf(bench)).length, 1);
});

test("R21: what is approved is text on every page, whatever it holds", async (t) => {
  const { bench, browser, url } = await begun(t);
  const request = await stored(bench);
  const title = `<script>alert(1)</script>"'&`;
  const next = { ...request, plan: { ...request.plan, title }, revision: request.revision + 1 };
  await bench.store.transact((tx) => tx.requests.replace(next, request.revision));
  for (const { html } of [await browser.open(url), await toConsent(browser, url)]) {
    assert.ok(!html.includes("<script"));
    assert.ok(html.includes("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;"), html);
  }
});

test("T28: after a vote by sign-in neither database nor record holds a code, a state, a nonce or a secret of the browser", async (t) => {
  const { bench, browser, url } = await begun(t);
  const consent = await toConsent(browser, url);
  const cookie = browser.cookies.get(cookieName) ?? "";
  assert.equal((await browser.submit(consent)).status, 200);
  const secrets = [
    ...[...bench.slack.secrets, ...bench.company.secrets, cookie, new URL(url).searchParams.get("s") ?? ""],
    ...[/name="token" value="([^"]+)"/.exec(consent.html)?.[1] ?? "", "eyJ", "xoxb-"],
  ];
  assert.ok(secrets.length >= 14 && secrets.every((secret) => secret.length >= 3));
  for (const file of readdirSync(bench.directory).filter((name) => name.startsWith("store.db"))) {
    const bytes = readFileSync(join(bench.directory, file), "latin1");
    for (const secret of secrets) assert.ok(!bytes.includes(secret), `${file} holds ${secret}`);
  }
});
