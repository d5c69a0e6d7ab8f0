// Raw break-glass section → the typed permission.
import type { BreakGlass } from "../core/break-glass.ts";
import { asGroupName } from "../core/ids.ts";
import type { RiskKind } from "../core/risk.ts";
import { type RawBreakGlass, wordsOf } from "./raw.ts";
import { ms, typedReason } from "./typed-approvals.ts";
import { typedMatch, type WhenContext } from "./typed-when.ts";

export function typedBreakGlass(raw: RawBreakGlass, context: WhenContext): BreakGlass {
  const { review } = raw;
  return {
    groups: wordsOf(raw.groups).map(asGroupName),
    match: typedMatch(raw.when, context),
    exceptRisks: wordsOf(raw.exceptRisks) as readonly RiskKind[],
    startWithinMs: ms(raw.startWithin ?? "5m"),
    maxForMs: raw.maxFor === undefined ? null : ms(raw.maxFor),
    reason: typedReason(raw.reason ?? "required"),
    tell: wordsOf(raw.tell),
    assurance: raw.assurance ?? "directory",
    throughFreezes: raw.throughFreezes ?? false,
    openUses: raw.openUses ?? 1,
    review: {
      group: asGroupName(review.group),
      count: review.count ?? 2,
      withinMs: ms(review.within ?? "24h"),
      escalateTo: review.escalateTo === undefined ? null : asGroupName(review.escalateTo),
    },
  };
}
