// What every system that access is granted in must do, whichever it is.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { asHumanId } from "../../src/core/ids.ts";
import type { Link, Person } from "../../src/core/person.ts";
import type { AccessTarget, Member } from "../../src/core/ports/access-targets.ts";
import { isRefusal } from "../../src/core/refusal.ts";
import type { TlsApi } from "../support/tls-api.ts";

export interface TargetBench {
  readonly target: AccessTarget;
  readonly api: TlsApi;
  /** The claims by which the system knows the two. */
  readonly ana: Link["claims"];
  readonly ben: Link["claims"];
  readonly stranger: Link["claims"];
  /** A role that the system has; `nothing` is none. */
  readonly role: string;
  /** The same target with a credential that the system does not accept. */
  readonly unauthorized: AccessTarget;
  /** Nothing that the system keeps secret: must stand in no refusal. */
  readonly secret: string;
}

/** Somebody who signed in, with these claims. */
export function signedIn(name: string, claims: Link["claims"]): Person {
  const subject = claims.sub ?? name;
  return {
    human: asHumanId(`oidc:https://idp.example#${subject}`),
    account: { enterpriseId: null, teamId: "T1", userId: name.toUpperCase() },
    subject: { issuer: "https://idp.example", subject },
    ...{ assurance: "linked", name, zone: "UTC", groups: [] },
    link: { issuer: "https://idp.example", subject, claims, groups: [], linkedAt: 0, seenAt: 0, steppedUpAt: null },
  };
}

export function accessTargetContract(system: string, open: (t: TestContext) => Promise<TargetBench>): void {
  const rule = (name: string, run: (bench: TargetBench, ana: Member) => Promise<void>) =>
    test(`${system}: ${name}`, async (t) => {
      const bench = await open(t);
      await run(bench, await memberOf(bench, "ana"));
    });

  rule(
    "who was added is in it, who was removed is out of it, and both can be done twice",
    async ({ target, role }, ana) => {
      assert.equal(await target.has(ana, role), false);
      for (let times = 0; times < 2; times += 1) {
        assert.deepEqual(await target.add(ana, role), { kind: "done" });
        assert.equal(await target.has(ana, role), true);
      }
      for (let times = 0; times < 2; times += 1) {
        assert.deepEqual(await target.remove(ana, role), { kind: "done" });
        assert.equal(await target.has(ana, role), false);
      }
    },
  );

  rule("one person's membership is not another's", async (bench, ana) => {
    const ben = await memberOf(bench, "ben");
    assert.deepEqual(await bench.target.add(ana, bench.role), { kind: "done" });
    assert.equal(await bench.target.has(ben, bench.role), false);
    assert.deepEqual(await bench.target.add(ben, bench.role), { kind: "done" });
    assert.deepEqual(await bench.target.remove(ana, bench.role), { kind: "done" });
    assert.equal(await bench.target.has(ben, bench.role), true);
  });

  rule("a role that it does not have is refused by name, and nothing is sent", async ({ target, api }, ana) => {
    const before = api.calls.length;
    for (const outcome of [await target.add(ana, "nothing"), await target.remove(ana, "nothing")])
      if (outcome.kind === "refused") assert.match(outcome.refusal.message, /nothing/);
    const read = await target.has(ana, "nothing");
    assert.equal(isRefusal(read) ? read.code : read, "no-such-role");
    const sent = api.calls.slice(before).filter(({ method, path }) => method !== "GET" && !path.includes("grant"));
    assert.deepEqual(sent, []);
  });

  rule("R9: whoever has not signed in, or is not known there, is nobody", async (bench) => {
    const { link: _, ...unlinked } = signedIn("ana", bench.ana);
    const nobody = await bench.target.member(unlinked);
    assert.equal(isRefusal(nobody) ? nobody.code : "", "not-linked");
    const stranger = await bench.target.member(signedIn("mallory", bench.stranger));
    assert.equal(isRefusal(stranger) ? stranger.code : "", "target-forbids");
    const claimless = await bench.target.member(signedIn("ana", { sub: "" }));
    assert.equal(isRefusal(claimless) ? claimless.code : "", "target-forbids");
  });

  rule("an answer that was lost is unknown, and only reading tells", async ({ target, api, role }, ana) => {
    for (const method of ["PATCH", "PUT", "POST"]) api.failNext(method, "cut-after");
    const outcome = await target.add(ana, role);
    assert.equal(outcome.kind, "unknown");
    assert.equal(await target.has(ana, role), true);
  });

  rule("a call that broke off before it was done is unknown as well, and is not sent again", async (bench, ana) => {
    const { target, api, role } = bench;
    for (const method of ["PATCH", "PUT", "POST"]) api.failNext(method, "cut-before");
    assert.equal((await target.add(ana, role)).kind, "unknown");
    assert.equal(await target.has(ana, role), false);
    assert.equal(api.calls.filter(({ method }) => ["PATCH", "PUT", "POST"].includes(method)).length, 1);
  });

  rule("a server's fault at a change is unknown, at a read a refusal", async ({ target, api, role }, ana) => {
    for (const method of ["PATCH", "PUT", "POST"]) api.failNext(method, { status: 502 });
    assert.equal((await target.add(ana, role)).kind, "unknown");
    api.failNext("GET", { status: 503 });
    const read = await target.has(ana, role);
    assert.equal(isRefusal(read) ? read.code : read, "target-unreachable");
  });

  rule("asked too often, it waits for a person to try again", async ({ target, api, role }, ana) => {
    api.failNext("GET", { status: 429, headers: { "retry-after": "30" } });
    const read = await target.has(ana, role);
    assert.match(isRefusal(read) ? read.message : "", /asked too often.*30 s/);
  });

  rule("a redirect is not followed, and rubbish is no answer", async ({ target, api, role }, ana) => {
    api.failNext("GET", { status: 302, headers: { location: "https://169.254.169.254/" } });
    const moved = await target.has(ana, role);
    assert.match(isRefusal(moved) ? moved.message : "", /redirect/);
    api.failNext("GET", { status: 200, body: "rubbish" });
    const rubbish = await target.has(ana, role);
    assert.equal(isRefusal(rubbish) ? rubbish.code : rubbish, "target-unreachable");
  });

  rule("T20: a credential that is not accepted is said without showing it", async (bench) => {
    const refused = await bench.unauthorized.member(signedIn("ana", bench.ana));
    assert.equal(isRefusal(refused) ? refused.code : "", "target-forbids");
    assert.ok(!JSON.stringify(refused).includes(bench.secret));
  });
}

async function memberOf(bench: TargetBench, who: "ana" | "ben"): Promise<Member> {
  const member = await bench.target.member(signedIn(who, bench[who]));
  if (isRefusal(member)) throw new Error(member.message);
  return member;
}
