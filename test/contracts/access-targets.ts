// What every system that access is granted in must do, whichever it is.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { asHumanId } from "../../src/core/ids.ts";
import type { Link, Person } from "../../src/core/person.ts";
import type { AccessTarget, Member, OpenedTarget } from "../../src/core/ports/access-targets.ts";
import { isRefusal } from "../../src/core/refusal.ts";
import type { TlsApi } from "../support/tls-api.ts";

export interface TargetBench {
  readonly target: OpenedTarget;
  readonly api: TlsApi;
  /** The claims by which the system knows the two. */
  readonly ana: Link["claims"];
  readonly ben: Link["claims"];
  readonly stranger: Link["claims"];
  /** What memberships are of there; `nothing` is none. */
  readonly role: string;
  /** The same target whose configuration gives nothing any more. */
  readonly retired: OpenedTarget;
  /** The same target with a credential that the system does not accept. */
  readonly unauthorized: OpenedTarget;
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

const inTime = 8_000;
const isMember = (value: boolean) => ({ isMember: value, otherwise: "" });
const changes = ["PATCH", "PUT", "POST"] as const;

async function observed(target: AccessTarget, member: Member, role: string): Promise<string> {
  const seen = await target.observe(member, role);
  return isRefusal(seen) ? `${seen.code}: ${seen.message}` : seen.isMember ? "member" : "no member";
}

export function accessTargetContract(system: string, open: (t: TestContext) => Promise<TargetBench>): void {
  const rule = (name: string, run: (bench: TargetBench, ana: Member) => Promise<void>) =>
    test(`${system}: ${name}`, async (t) => {
      const bench = await open(t);
      await run(bench, await memberOf(bench, "ana"));
    });

  rule("who was added is in it, who was removed is out of it, and both can be done twice", async (bench, ana) => {
    const { target, role } = bench;
    assert.deepEqual(await target.observe(ana, role), isMember(false));
    for (let times = 0; times < 2; times += 1) {
      assert.deepEqual(await target.add(ana, role, inTime), { kind: "done" });
      assert.deepEqual(await target.observe(ana, role), isMember(true));
    }
    for (let times = 0; times < 2; times += 1) {
      assert.deepEqual(await target.remove(ana, role, inTime), { kind: "done" });
      assert.deepEqual(await target.observe(ana, role), isMember(false));
    }
  });

  rule("one person's membership is not another's", async (bench, ana) => {
    const { target, role } = bench;
    const ben = await memberOf(bench, "ben");
    assert.deepEqual(await target.add(ana, role, inTime), { kind: "done" });
    assert.deepEqual(await target.observe(ben, role), isMember(false));
    assert.deepEqual(await target.add(ben, role, inTime), { kind: "done" });
    assert.deepEqual(await target.remove(ana, role, inTime), { kind: "done" });
    assert.deepEqual(await target.observe(ben, role), isMember(true));
  });

  rule("what the configuration does not give is refused by name, and nothing is sent", async ({ target, api }, ana) => {
    const before = api.calls.length;
    const outcome = await target.add(ana, "nothing", inTime);
    assert.equal(outcome.kind === "refused" ? outcome.refusal.code : outcome.kind, "no-such-role");
    assert.match(outcome.kind === "refused" ? outcome.refusal.message : "", /nothing/);
    assert.deepEqual(api.calls.slice(before), []);
  });

  rule("T23: what was given still ends when the configuration names it no longer", async (bench, ana) => {
    const { target, retired, role } = bench;
    assert.deepEqual(await target.add(ana, role, inTime), { kind: "done" });
    assert.equal((await retired.add(ana, role, inTime)).kind, "refused");
    assert.equal(await observed(retired, ana, role), "member");
    assert.deepEqual(await retired.remove(ana, role, inTime), { kind: "done" });
    assert.equal(await observed(target, ana, role), "no member");
  });

  rule("R9: whoever has not signed in, or is not known there, is nobody", async (bench) => {
    const { link: _, ...unlinked } = signedIn("ana", bench.ana);
    for (const [person, code] of [
      [unlinked, "not-linked"],
      [signedIn("ana", { sub: "" }), "not-linked"],
      [signedIn("mallory", bench.stranger), "target-refuses"],
    ] as const) {
      const nobody = await bench.target.memberOf(person);
      assert.equal(isRefusal(nobody) ? nobody.code : nobody.name, code);
    }
  });

  rule("an answer that was lost is unknown, and only reading tells", async ({ target, api, role }, ana) => {
    for (const method of changes) api.failNext(method, "cut-after");
    assert.equal((await target.add(ana, role, inTime)).kind, "unknown");
    assert.equal(await observed(target, ana, role), "member");
    api.failNext("DELETE", "cut-after");
    for (const method of changes) api.failNext(method, "cut-after");
    assert.equal((await target.remove(ana, role, inTime)).kind, "unknown");
    assert.equal(await observed(target, ana, role), "no member");
  });

  rule("a call that broke off before it was done is unknown as well, and is not sent again", async (bench, ana) => {
    const { target, api, role } = bench;
    for (const method of changes) api.failNext(method, "cut-before");
    assert.equal((await target.add(ana, role, inTime)).kind, "unknown");
    assert.equal(await observed(target, ana, role), "no member");
    assert.equal(api.calls.filter(({ method }) => changes.some((one) => one === method)).length, 1);
  });

  rule("a call that has no time left is not sent", async ({ target, api, role }, ana) => {
    const before = api.calls.length;
    const late = await target.add(ana, role, 0);
    assert.notEqual(late.kind, "done");
    assert.equal(api.calls.slice(before).filter(({ method }) => method !== "GET").length, 0);
    assert.equal(await observed(target, ana, role), "no member");
  });

  rule("a server's fault at a change is unknown, at a read a refusal", async ({ target, api, role }, ana) => {
    for (const method of changes) api.failNext(method, { status: 502 });
    assert.equal((await target.add(ana, role, inTime)).kind, "unknown");
    api.failNext("GET", { status: 503 });
    assert.match(await observed(target, ana, role), /^target-unreachable/);
  });

  rule("asked too often, it waits for a person to try again", async ({ target, api, role }, ana) => {
    api.failNext("GET", { status: 429, headers: { "retry-after": "30" } });
    assert.match(await observed(target, ana, role), /^target-unreachable: .*asked too often.*30 s/);
  });

  rule("T19: a redirect is not followed, and rubbish is no answer", async ({ target, api, role }, ana) => {
    api.failNext("GET", { status: 302, headers: { location: "https://169.254.169.254/" } });
    assert.match(await observed(target, ana, role), /^target-unreachable: .*redirect/);
    for (const method of changes) api.failNext(method, { status: 307, headers: { location: `${api.url}/elsewhere` } });
    assert.equal((await target.add(ana, role, inTime)).kind, "refused");
    assert.ok(!api.calls.some(({ path }) => path === "/elsewhere"));
    api.failNext("GET", { status: 200, body: "rubbish" });
    assert.match(await observed(target, ana, role), /^target-unreachable/);
  });

  rule("T20: a credential that is not accepted is said without showing it", async (bench, ana) => {
    const { target, unauthorized, secret, role } = bench;
    assert.equal(await target.examine(), null);
    const refusals = [
      await unauthorized.memberOf(signedIn("ana", bench.ana)),
      await unauthorized.observe(ana, role),
      await unauthorized.examine(),
    ];
    for (const refused of refusals) {
      assert.equal(refused !== null && isRefusal(refused) ? refused.code : refused, "target-refuses");
      assert.ok(!JSON.stringify(refused).includes(secret));
    }
    const outcome = await unauthorized.add(ana, role, inTime);
    assert.equal(outcome.kind, "refused");
    assert.ok(!JSON.stringify(outcome).includes(secret));
  });
}

async function memberOf(bench: TargetBench, who: "ana" | "ben"): Promise<Member> {
  const member = await bench.target.memberOf(signedIn(who, bench[who]));
  if (isRefusal(member)) throw new Error(member.message);
  return member;
}
