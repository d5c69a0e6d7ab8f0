// R17, R21, R8: the one way in for votes, with and without the sign-in that they take; nothing is executed before its time.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { step } from "../../src/approvals/life.ts";
import type { RequestId } from "../../src/core/ids.ts";
import { message } from "../../src/core/message.ts";
import type { Person } from "../../src/core/person.ts";
import type { VoteInput } from "../../src/core/ports/surface.ts";
import { refuse } from "../../src/core/refusal.ts";
import { type Request, standingVotes } from "../../src/core/request.ts";
import type { Deps, StepUpAsked } from "../../src/dispatch/deps.ts";
import { execute } from "../../src/dispatch/execute.ts";
import type { Executing } from "../../src/dispatch/executing.ts";
import { vote, withdraw } from "../../src/dispatch/vote.ts";
import { voteToken } from "../../src/dispatch/vote-token.ts";
import { makePerson, makePlan, makeRequirement, minute, ok, opened, start, votes } from "../approvals/make.ts";
import { everyone, pending } from "../approvals/scene.ts";
import { manualClock, random, silent, temporaryStore } from "../store/samples.ts";

const voter: Person = { ...makePerson("ann", ["platform"]), assurance: "linked", weakGroups: [] };
const topTier = makeRequirement(votes(1, "platform"), { stepUp: { maxAgeMs: 5 * minute, acr: [], amr: ["hwk"] } });
const proof = { at: start, acr: null, amr: ["hwk"] };

async function stored(t: TestContext, request: Request, more: Partial<Deps> = {}): Promise<Deps> {
  const clock = manualClock(start);
  const store = await temporaryStore(t, { clock });
  await store.transact((tx) => tx.requests.insert(request));
  const people = { person: async () => voter, members: async () => [voter] };
  const channels = { approvals: "C2", audit: "C3" };
  const nudge = () => undefined;
  const known = { store, clock, people, channels, nudge, random, log: silent, verbs: new Map(), runner: "r1" };
  return { ...known, sealedBecause: () => null, ...more } as unknown as Deps;
}

function inputFor(request: Request, choice: "approve" | "deny" = "approve"): VoteInput {
  const origin = {
    account: voter.account,
    channelId: "C2",
    threadTs: null,
    surface: "form",
    deliveryKey: "k",
  } as const;
  const token = voteToken({ request, choice, userId: "ann" }, start);
  return { origin, request: request.id, version: request.version, choice, token, reason: "because" };
}

const codesOf = async (deps: Deps, id: RequestId) =>
  (await deps.store.audit.list({ request: id, limit: 100 })).map(({ code, details }) => [
    code,
    details.refusal ?? null,
  ]);

test("R21: no sign-in configured: the vote is refused with that, and recorded", async (t) => {
  const request = pending(topTier);
  const deps = await stored(t, request);
  const reply = await vote(deps, voter, inputFor(request));
  assert.ok(reply.kind === "refusal" && reply.refusal.code === "step-up-required");
  assert.match(reply.refusal.message, /no sign-in is configured, so nobody can approve this tier/);
  assert.deepEqual(await codesOf(deps, request.id), [["vote.refused", "step-up-required"]]);
});

test("R21: the sign-in is offered for exactly this vote; with its proof the same vote counts", async (t) => {
  const request = pending(topTier);
  const offered: StepUpAsked[] = [];
  const offerStepUp = async (asked: StepUpAsked) => {
    offered.push(asked);
    return message("Sign in to approve", []);
  };
  const deps = await stored(t, request, { offerStepUp });
  const reply = await vote(deps, voter, inputFor(request));
  assert.ok(reply.kind === "message" && reply.message.summary === "Sign in to approve" && reply.audience === "asker");
  const [asked] = offered;
  assert.ok(asked !== undefined && offered.length === 1);
  assert.deepEqual(
    [asked.voter.human, asked.request.id, asked.input.choice, asked.input.reason],
    [voter.human, request.id, "approve", "because"],
  );
  assert.equal(
    standingVotes((await deps.store.requests.get(request.id)) ?? assert.fail()).length,
    0,
    "nothing is cast",
  );
  assert.equal((await vote(deps, voter, asked.input, proof)).kind, "message");
  const now = (await deps.store.requests.get(request.id)) ?? assert.fail();
  assert.equal(now.state, "approved");
  assert.deepEqual(
    standingVotes(now).map(({ stepUp, assurance }) => [stepUp, assurance]),
    [[proof, "linked"]],
  );
  const again = await vote(deps, voter, asked.input, proof);
  assert.ok(again.kind === "refusal" && again.refusal.code === "already-voted");
});

test("R21: a proof that does not suffice is refused, not offered anew", async (t) => {
  const request = pending(topTier);
  const deps = await stored(t, request, { offerStepUp: async () => assert.fail("offered again") });
  const reply = await vote(deps, voter, inputFor(request), { ...proof, amr: ["pwd"] });
  assert.ok(reply.kind === "refusal" && reply.refusal.code === "step-up-required");
});

test("R21: what can't be offered now is refused with its reason", async (t) => {
  const request = pending(topTier);
  const away = refuse("sign-in-unavailable", "The company's sign-in does not answer.", "Try again in a moment.");
  const reply = await vote(await stored(t, request, { offerStepUp: async () => away }), voter, inputFor(request));
  assert.ok(reply.kind === "refusal" && reply.refusal.code === "sign-in-unavailable");
});

test("R21: nobody is offered a sign-in for a vote that would be refused anyway, nor for a denial", async (t) => {
  const request = pending(topTier);
  const deps = await stored(t, request, { offerStepUp: async () => assert.fail("offered") });
  const stale = await vote(deps, voter, { ...inputFor(request), version: 2 });
  assert.ok(stale.kind === "refusal" && stale.refusal.code === "stale-card");
  assert.equal((await vote(deps, voter, inputFor(request, "deny"))).kind, "message");
  assert.equal((await deps.store.requests.get(request.id))?.state, "denied");
});

test("T2: a vote that was withdrawn does not come back by a repetition of its delivery, whichever replica gets it", async (t) => {
  const request = pending(makeRequirement(votes(2, "platform")));
  const deps = await stored(t, request, { policy: () => ({ groups: [] }) as never });
  const other: Deps = { ...deps, runner: "r2" };
  const standing = async () =>
    standingVotes((await deps.store.requests.get(request.id)) ?? assert.fail("no request")).length;
  assert.equal((await vote(deps, voter, inputFor(request))).kind, "message");
  const taken = await withdraw(deps, voter, { id: request.id, deliveryKey: "click:1" });
  assert.ok("votes" in taken && (await standing()) === 0);
  const again = await vote(other, voter, inputFor(request));
  assert.ok(again.kind === "refusal" && again.refusal.code === "already-so");
  assert.equal(await standing(), 0);
  assert.equal((await codesOf(deps, request.id)).at(-1)?.[0], "vote.refused");
  const input = inputFor(request);
  const anew = await vote(other, voter, { ...input, origin: { ...input.origin, deliveryKey: "view:2" } });
  assert.equal(anew.kind, "message");
  const back = await withdraw(other, voter, { id: request.id, deliveryKey: "click:1" });
  assert.ok("code" in back && back.code === "already-so");
  assert.equal(await standing(), 1);
});

test("R8, R25: the job of a planned start that comes too early waits for it, and holds nothing", async (t) => {
  const notBefore = start + 60 * minute;
  const free = opened(null, everyone);
  const request = { ...free, plan: { ...makePlan("one"), notBefore }, startBy: notBefore + 15 * minute };
  assert.equal(
    ok(step(request, { kind: "posted", cardTs: "1" }, { now: start, standings: new Map(), halted: false })).request
      .state,
    "approved",
  );
  const deps = await stored(t, request);
  const outcome = await execute({ deps } as unknown as Executing, request.id, () => false);
  assert.deepEqual(outcome, { kind: "later", at: notBefore });
  assert.deepEqual(await codesOf(deps, request.id), []);
});

test("R17: a vote is answered once it is recorded; whom the card names beside it is looked up after that", async (t) => {
  const request = pending(makeRequirement(votes(2, "platform")));
  const asked = Promise.withResolvers<void>();
  const members = async () => {
    asked.resolve();
    return new Promise<never>(() => undefined);
  };
  const deps = await stored(t, request, { people: { person: async () => voter, members } } as unknown as Partial<Deps>);
  const reply = await vote(deps, voter, inputFor(request));
  assert.equal(reply.kind, "message");
  await asked.promise;
  const now = (await deps.store.requests.get(request.id)) ?? assert.fail();
  assert.equal(standingVotes(now).length, 1);
});
