// What is dangerous about rights that somebody gains for a time: judged by the rules as the cluster has them.
import type { PlannedAccess } from "../../core/access.ts";
import { ruleJson, streamsIn } from "../../core/rights.ts";
import type { RiskFact } from "../../core/risk.ts";
import { escalations } from "./rbac.ts";

/** Empty for a plan that gives nobody anything. */
export function accessRisks(access: PlannedAccess | undefined): readonly RiskFact[] {
  if (access === undefined) return [];
  const { beneficiary, role, where } = access;
  const facts: RiskFact[] = [];
  // A binding that is created is seen as one; more time for it changes no subject, and is as much of a change.
  if (access.kind === "extension")
    facts.push({
      kind: "rbac-change",
      level: "medium",
      says: `${beneficiary.name} keeps ${role} in ${where}.`,
      object: "",
    });
  const powers = [...new Set(escalations({ rules: access.rules.map(ruleJson) }))];
  if (powers.length > 0)
    facts.push({
      kind: "rbac-escalation",
      level: "high",
      says: `${role} lets ${beneficiary.name} gain more than it says: ${powers.join("; ")}.`,
      object: "",
    });
  const streams = streamsIn(access.rules);
  if (streams.length > 0)
    facts.push({
      kind: "open-streams",
      level: "high",
      says: `${role} holds ${streams.join(", ")}: what is open at the end stays open until it is closed.`,
      object: "",
    });
  return facts;
}
