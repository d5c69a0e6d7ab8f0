// One request and the people around it, at each point of its life.
import type { Effect, LifeContext, LifeEvent } from "../../src/approvals/events.ts";
import { step } from "../../src/approvals/life.ts";
import type { Person } from "../../src/core/person.ts";
import type { Decision, Requirement } from "../../src/core/policy.ts";
import type { Request } from "../../src/core/request.ts";
import * as make from "./make.ts";

const { minute, start, ok, votes, makeRequirement } = make;
export const asker = make.makePerson("asker", ["platform"]);
export const [ann, ben, cleo] = [
  make.makePerson("ann", ["platform"]),
  make.makePerson("ben", ["leads"]),
  make.makePerson("cleo", ["platform", "leads"]),
];
export const stranger = make.makePerson("stranger", ["sales"]);
export const everyone = [asker, ann, ben, cleo, stranger];
export const both = makeRequirement({ kind: "all", of: [votes(1, "platform"), votes(1, "leads")] });
export const allow: Decision = { kind: "allow", rules: [], because: [], policy: make.policyDigest };

export function context(more: Partial<LifeContext> = {}): LifeContext {
  return { now: start, standings: make.standingsOf(everyone), halted: false, ...more };
}

export function ballot(
  request: Request,
  by: Person,
  choice: "approve" | "deny" = "approve",
  more: object = {},
): LifeEvent {
  const shown = { request: request.id, version: request.version, digest: request.plan.digest, nonce: request.nonce };
  return { kind: "vote", by, choice, reason: "because", ...shown, ...more };
}

export function pending(requirement: Requirement = both): Request {
  return ok(step(make.opened(requirement, everyone), { kind: "posted", cardTs: "1.2" }, context())).request;
}

export function approved(requirement: Requirement = both): Request {
  return [ann, ben].reduce(
    (request, by) => ok(step(request, ballot(request, by), context())).request,
    pending(requirement),
  );
}

export const claim = (request: Request, more: object = {}): LifeEvent =>
  ({
    kind: "claim",
    runner: "r1",
    leaseMs: minute,
    digest: request.plan.digest,
    decision: allow,
    drift: [],
    ...more,
  }) as LifeEvent;
export const held = { runner: "r1", fence: 1 };
export const written = {
  index: 0,
  object: "x",
  state: "written",
  says: "written",
  resourceVersion: "7",
  auditId: null,
} as const;
export const executing = () => ok(step(approved(), claim(approved()), context())).request;
export const verifying = () =>
  ok(
    step(
      ok(step(executing(), { kind: "step-recorded", ...held, step: written }, context())).request,
      { kind: "written-all", ...held },
      context(),
    ),
  ).request;

export const codes = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.kind === "audit" ? [effect.event.code] : []));
