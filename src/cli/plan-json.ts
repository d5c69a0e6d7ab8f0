// A plan as JSON for machines; the shape is described in docs/reference/cli.md.
import { explain } from "../approvals/explain.ts";
import { needWords } from "../approvals/needed.ts";
import type { Json, JsonObject } from "../core/json.ts";
import { fullName } from "../core/kube.ts";
import type { Plan, PlannedChange } from "../core/plan.ts";
import type { Decision } from "../core/policy.ts";
import { fieldDifferences } from "../kubernetes/diff.ts";
import type { MadePlan } from "./plan-make.ts";

export function asPlanJson({ plan, decision, caveats }: MadePlan): JsonObject {
  return {
    verb: plan.verb,
    title: plan.title,
    digest: plan.digest,
    policy: decision.policy,
    decision: decisionJson(decision),
    risks: plan.risks.map((risk) => ({ ...risk })),
    changes: plan.changes.map(changeJson),
    undo: undoText(plan),
    notes: [...plan.notes, ...caveats],
  };
}

function decisionJson(decision: Decision): JsonObject {
  const because = explain(decision, { rules: "deciding" });
  switch (decision.kind) {
    case "allow":
      return { kind: "allow", rules: decision.rules, because };
    case "approvals":
      return { kind: "approvals", rules: decision.rules, needs: needWords(decision.requirement.need), because };
    case "deny":
      return { kind: "deny", code: decision.code, rule: decision.rule, reason: decision.reason, because };
  }
}

function changeJson(change: PlannedChange): JsonObject {
  if (change.kind === "setting") return { ...change };
  if (change.kind === "membership") return { ...change, member: { ...change.member } };
  const { object, call, operation } = change;
  return {
    kind: "object",
    operation,
    object: {
      fullName: fullName(object),
      cluster: object.cluster,
      kind: object.kind.kind,
      namespace: object.namespace,
      name: object.name,
      uid: object.uid,
    },
    // Not the body: it may hold Secret values, and the fields below say what it does.
    call: { method: call.method, path: call.path, query: call.query },
    fields: fieldDifferences(change.before, change.after).map(
      ({ path, before, after }): Json => ({ path, before: before ?? null, after: after ?? null }),
    ),
  };
}

export function undoText(plan: Plan): string {
  return plan.undo.kind === "command" ? plan.undo.says : `none: ${plan.undo.because}`;
}
