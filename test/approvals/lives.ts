// Lives of requests by chance, played by the code and by a small model of it, which must agree at every step (F11).
import assert from "node:assert/strict";
import fc from "fast-check";
import type { LifeContext, LifeEvent, Standing } from "../../src/approvals/events.ts";
import { step } from "../../src/approvals/life.ts";
import { quorumOf } from "../../src/approvals/who-counts.ts";
import { digestOf } from "../../src/core/digest.ts";
import type { RequestId } from "../../src/core/ids.ts";
import type { Person } from "../../src/core/person.ts";
import type { Decision, StepUp } from "../../src/core/policy.ts";
import { isRefusal, refuse } from "../../src/core/refusal.ts";
import { isOver, type Request, type StepUpProof, standingGlass, standingVotes } from "../../src/core/request.ts";
import {
  makePerson,
  makePlan,
  makeRequirement,
  minute,
  nonceOf,
  opened,
  policyDigest,
  requestId,
  start,
  votes,
} from "./make.ts";
import { type Command, Model, type ModelRules, type Proof } from "./model.ts";

const groups = [["a", "b"], ["a"], ["a", "b"], ["b"], ["c"]];
const people = groups.map((of, index) => makePerson(`p${index}`, of));
const someone = (index: number) => people[index] ?? makePerson("nobody");
const needs = [
  votes(1, "a"),
  votes(2, "a", "b"),
  { kind: "all", of: [votes(1, "a"), votes(1, "b")] },
  { kind: "any", of: [votes(1, "c"), { kind: "all", of: [votes(1, "a"), votes(1, "b")] }] },
  { kind: "stages", of: [votes(1, "b"), votes(1, "a")] },
  { kind: "stages", of: [votes(1, "a"), { kind: "any", of: [votes(1, "c"), votes(1, "b")] }] },
  { ...votes(2, "a", "b", "c"), distinctGroups: 2 },
] as const;
const fresh: StepUp = { maxAgeMs: 5 * minute, acr: ["high"], amr: ["hwk"] };
const demands = { any: {}, linked: { assurance: "linked" }, fresh: { stepUp: fresh } } as const;

const who = fc.nat({ max: 4 });
const mostly = <T>(usual: T, rare: T) => fc.oneof({ weight: 9, arbitrary: fc.constant(usual) }, fc.constant(rare));
const held = { runner: mostly("r1", "r2"), fence: mostly(1, 2) };
const title = fc.oneof({ weight: 5, arbitrary: fc.constant("same" as const) }, fc.constant("other" as const));
const form = {
  version: fc.oneof({ weight: 9, arbitrary: fc.constant("now" as const) }, fc.constant("old" as const)),
  nonce: fc.oneof({ weight: 9, arbitrary: fc.constant("right" as const) }, fc.constant("wrong" as const)),
  proof: fc.oneof({ weight: 6, arbitrary: fc.constant("fresh" as const) }, fc.constantFrom("none" as const, "stale")),
};
const policy = fc.oneof({ weight: 5, arbitrary: fc.constant("same" as const) }, fc.constant("fresh" as const));
const weighted = (weight: number, arbitrary: fc.Arbitrary<Command>) => ({ weight, arbitrary });
const commands: fc.Arbitrary<Command> = fc.oneof(
  weighted(3, fc.record({ do: fc.constant("post" as const) })),
  weighted(12, fc.record({ do: fc.constant("approve" as const), who, ...form })),
  weighted(1, fc.record({ do: fc.constant("deny" as const), who, ...form })),
  weighted(2, fc.record({ do: fc.constant("withdraw" as const), who })),
  weighted(1, fc.record({ do: fc.constant("cancel" as const), who })),
  weighted(3, fc.record({ do: fc.constant("wait" as const), minutes: fc.constantFrom(1, 4, 16, 70) })),
  weighted(2, fc.record({ do: fc.constant("tick" as const) })),
  weighted(1, fc.record({ do: fc.constant("replan" as const), title: fc.constantFrom("one", "two", "three") })),
  weighted(
    6,
    fc.record({ do: fc.constant("claim" as const), runner: held.runner, title, policy, may: mostly(true, false) }),
  ),
  weighted(2, fc.record({ do: fc.constant("break" as const), who, version: form.version })),
  weighted(1, fc.record({ do: fc.constant("recover" as const), runner: held.runner, title, policy })),
  weighted(1, fc.record({ do: fc.constant("orphan" as const), runner: held.runner })),
  weighted(9, fc.record({ do: fc.constantFrom("beat" as const, "intend", "write", "end-done"), ...held })),
  weighted(1, fc.record({ do: fc.constant("end-failed" as const), ...held })),
  weighted(4, fc.record({ do: fc.constant("written" as const) })),
  weighted(1, fc.record({ do: fc.constantFrom("supersede" as const, "halt", "unhalt") })),
  weighted(1, fc.record({ do: fc.constantFrom("leave" as const, "join"), who })),
  weighted(2, fc.record({ do: fc.constantFrom("unlink" as const, "link", "weaken", "strengthen"), who })),
);

/** Sign-ins that are each short of something else. */
function proofOf(proof: Proof, now: number): { readonly stepUp?: StepUpProof } {
  if (proof === "none") return {};
  const good = { at: now - 5 * minute, acr: "high", amr: ["pwd", "hwk"] };
  const stale = [{ at: now - 5 * minute - 1 }, { at: now + minute }, { acr: "low" }, { acr: null }, { amr: ["pwd"] }];
  return { stepUp: proof === "fresh" ? good : { ...good, ...stale[(now / minute) % stale.length] } };
}

function eventOf(c: Command, request: Request, model: Model): LifeEvent | null {
  const now = start + model.clock * minute;
  switch (c.do) {
    case "post":
      return { kind: "posted", cardTs: "1.2" };
    case "approve":
    case "deny": {
      const version = c.version === "now" ? request.version : request.version - 1;
      const nonce = nonceOf(c.nonce === "right" ? version : 99);
      const shown = { request: requestId, version, nonce, digest: request.plan.digest };
      return { kind: "vote", by: someone(c.who), choice: c.do, reason: "because", ...shown, ...proofOf(c.proof, now) };
    }
    case "withdraw":
      return { kind: "withdraw", by: someone(c.who) };
    case "cancel":
      return { kind: "cancel", by: someone(c.who), reason: null };
    case "tick":
      return { kind: "tick" };
    case "replan": {
      const decided = { requirement: request.requirement, rules: [], policyDigest };
      return {
        kind: "replanned",
        plan: makePlan(c.title),
        ...decided,
        nonce: nonceOf(request.version + 1),
        changed: [],
      };
    }
    case "claim": {
      const base = { rules: [], because: [], policy: policyDigest };
      const decision: Decision =
        c.policy === "fresh" && request.requirement !== null
          ? { kind: "approvals", requirement: { ...request.requirement, stepUp: fresh }, ...base }
          : { kind: "allow", ...base };
      const digest = c.title === "same" ? request.plan.digest : digestOf("other");
      const no = refuse("breakglass-forbidden", "not any more", "");
      const glass = standingGlass(request) === null ? {} : { glass: c.may ? null : no };
      return { kind: "claim", runner: c.runner, leaseMs: 5 * minute, digest, decision, drift: [], ...glass };
    }
    case "break": {
      const version = c.version === "now" ? request.version : request.version - 1;
      const shown = { version, digest: request.plan.digest };
      const more = { startWithinMs: 5 * minute, throughFreezes: false };
      return { kind: "break-glass", by: someone(c.who), reason: "down", ...shown, ...more };
    }
    case "recover":
      return { kind: "recovered", runner: c.runner, leaseMs: 5 * minute };
    case "orphan":
      return { kind: "orphaned", runner: c.runner };
    case "beat":
      return { kind: "heartbeat", runner: c.runner, fence: c.fence, leaseMs: 5 * minute };
    case "intend":
    case "write": {
      const state = c.do === "intend" ? "intended" : "written";
      const record = { index: 0, object: "x", state, says: "", resourceVersion: null, auditId: null } as const;
      return { kind: "step-recorded", runner: c.runner, fence: c.fence, step: record };
    }
    case "written":
      return { kind: "written-all", runner: model.runner, fence: model.fence };
    case "end-done":
    case "end-failed":
      return {
        kind: "ended",
        runner: c.runner,
        fence: c.fence,
        outcome: c.do === "end-done" ? "done" : "failed",
        says: "",
      };
    case "supersede":
      return { kind: "supersede", verb: "rollback", request: "r-0000000" as RequestId };
    default:
      return null;
  }
}

function standingIn(model: Model, person: Person, index: number): Standing {
  return {
    ...{ active: !model.away.has(index), groups: person.groups, heardAt: null },
    weakGroups: model.weak.has(index) ? person.groups : [],
    assurance: model.unlinked.has(index) ? "directory" : "linked",
  };
}

function contextOf(model: Model): LifeContext {
  const standings = people.map((person, index) => [person.human, standingIn(model, person, index)] as const);
  return { now: start + model.clock * minute, standings: new Map(standings), halted: model.halted };
}

function play(rules: ModelRules, script: readonly Command[]): number {
  const model = new Model(rules);
  const requirement = makeRequirement(rules.need, {
    ...{ denyThreshold: rules.denials, expiresInMs: 60 * minute },
    ...demands[rules.tier],
  });
  let request: Request = {
    ...opened(requirement, people),
    requester: { human: someone(0).human, userId: "p0", name: "p0" },
  };
  for (const [index, command] of script.entries()) {
    const event = eventOf(command, request, model);
    const before = request;
    const context = contextOf(model);
    const allowed = model.run(command);
    if (event === null) continue;
    const result = step(request, event, context);
    const where = `step ${index}: ${JSON.stringify(command)} in ${before.state}`;
    assert.equal(!isRefusal(result), allowed, `${where}: ${isRefusal(result) ? result.message : "was let"}`);
    if (isRefusal(result)) continue;
    request = result.request;
    holdsAlways(before, result.request, { where, context });
    assert.equal(request.state, model.state, where);
    assert.equal(request.version, model.version, where);
    assert.equal(request.execution?.fence ?? 0, model.fence, where);
    if (!isOver(request)) assert.equal(standingVotes(request).length, model.votes.size, where);
  }
  return script.length;
}

function holdsAlways(
  before: Request,
  after: Request,
  { where, context }: { where: string; context: LifeContext },
): void {
  assert.equal(after.revision, before.revision + 1, where);
  assert.ok(after.votes.length >= before.votes.length, `${where}: no vote is ever forgotten`);
  assert.ok((after.execution?.fence ?? 0) >= (before.execution?.fence ?? 0), where);
  assert.equal(isOver(after), after.endedAt !== null, where);
  if (after.state === "executing" && before.state === "approved") {
    const { met } = quorumOf(after, context.standings);
    assert.ok(met || standingGlass(after) !== null, `${where}: it runs with its votes or with break-glass`);
    assert.equal(after.plan.digest, before.plan.digest, `${where}: what runs is what was approved`);
  }
  if (before.state === "denied") assert.fail(`${where}: nothing follows a denial`);
  const humans = standingVotes(after).map((vote) => vote.human);
  assert.equal(new Set(humans).size, humans.length, `${where}: one human, one vote`);
}

/** Plays that many lives of 20 to 60 events; throws with the seed and the shortest script where they disagree. The steps. */
export function livesAgree({ runs, seed }: { readonly runs: number; readonly seed?: number }): number {
  let steps = 0;
  const rules = fc.record({
    need: fc.constantFrom(...needs),
    denials: fc.integer({ min: 1, max: 2 }),
    tier: fc.constantFrom("any" as const, "linked", "fresh"),
    ...{ groups: fc.constant(groups), expires: fc.constant(60), startWithin: fc.constant(15), lease: fc.constant(5) },
  });
  const scripts = fc.array(commands, { minLength: 20, maxLength: 60, size: "max" });
  const lives = fc.property(rules, scripts, (drawn, script) => {
    steps += play(drawn, [{ do: "post" }, ...script]);
  });
  fc.assert(lives, { numRuns: runs, ...(seed === undefined ? {} : { seed }) });
  return steps;
}
