// Does a policy say what a case expects?
import type { Decision, Policy, Requirement } from "../core/policy.ts";
import type { Expectation, PolicyCase } from "../core/policy-case.ts";
import { needWords } from "./needed.ts";
import { decidePolicy } from "./policy.ts";

export interface CaseResult {
  readonly decision: Decision;
  /** Each a sentence; empty when the policy says what is expected. */
  readonly differs: readonly string[];
}

export function runCase(policy: Policy, { question, expect }: PolicyCase): CaseResult {
  const decision = decidePolicy(policy, question);
  return { decision, differs: differences(decision, expect) };
}

function differences(decision: Decision, expect: Expectation): readonly string[] {
  if (expect.kind === "allow") return decision.kind === "allow" ? [] : [came("allowed", decision)];
  if (expect.kind === "deny") return denialDiffers(decision, expect.by);
  if (decision.kind !== "approvals") return [came(`asked for ${expect.need ?? "approvals"}`, decision)];
  return requirementDiffers(decision, expect);
}

function denialDiffers(decision: Decision, by: string | null): readonly string[] {
  const expected = `refused${by === null ? "" : ` by ${by}`}`;
  if (decision.kind !== "deny") return [came(expected, decision)];
  return by === null || by === decision.rule || by === decision.code ? [] : [came(expected, decision)];
}

type Approvals = Extract<Expectation, { kind: "approvals" }>;

function requirementDiffers(decision: Extract<Decision, { kind: "approvals" }>, expect: Approvals): readonly string[] {
  const { requirement } = decision;
  return [
    ...differs(
      "need",
      expect.need === undefined ? undefined : inOrder(expect.need),
      inOrder(needWords(requirement.need)),
    ),
    ...differs("rules", sorted(expect.rules), sorted(decision.rules)),
    ...differs("stepUp", expect.stepUp, requirement.stepUp !== undefined),
    ...differs("assurance", expect.assurance, requirement.assurance ?? "none"),
    ...differs("ticket", expect.ticket, (requirement.tickets ?? []).length > 0),
    ...differs("veto", sorted(expect.veto), sorted(requirement.vetoGroups)),
  ];
}

function differs(what: string, expected: string | boolean | undefined, is: string | boolean | undefined) {
  return expected === undefined || expected === is
    ? []
    : [`${what}: expected ${expected || "none"}, came ${is || "none"}`];
}

/** What is all needed is needed in any order; needs within needs are compared as they are told. */
function inOrder(need: string): string {
  return need.includes("(") ? need : need.split(" and ").sort().join(" and ");
}

function sorted(names: readonly string[] | undefined): string | undefined {
  return names === undefined ? undefined : [...names].sort().join(", ");
}

function came(expected: string, decision: Decision): string {
  return `expected to be ${expected}, came out ${outcomeWords(decision)}`;
}

/** "allowed", "refused by year-end: no releases", "asked for 1 of platform" */
export function outcomeWords(decision: Decision): string {
  switch (decision.kind) {
    case "allow":
      return "allowed";
    case "deny":
      return `refused by ${decision.rule || decision.code}: ${decision.reason}`;
    case "approvals":
      return `asked for ${needWords(decision.requirement.need)}${furtherWords(decision.requirement)}`;
    default:
      return decision satisfies never;
  }
}

function furtherWords({ stepUp, assurance, tickets = [] }: Requirement): string {
  const more = [
    ...(stepUp === undefined ? [] : ["a fresh sign-in"]),
    ...(assurance === undefined ? [] : [`assurance ${assurance}`]),
    ...(tickets.length === 0 ? [] : ["a ticket"]),
  ];
  return more.length === 0 ? "" : `, with ${more.join(" and ")}`;
}
