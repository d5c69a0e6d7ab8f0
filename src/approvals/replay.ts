// What another policy would have decided on the requests of the record.

import type { AuditRecord } from "../core/audit.ts";
import { groupsAbove } from "../core/groups.ts";
import type { GroupName } from "../core/ids.ts";
import { listAt, textAt } from "../core/json.ts";
import type { Decision, Policy, Question } from "../core/policy.ts";
import { demandsOf } from "./demands.ts";
import { headline } from "./explain.ts";
import { needWords } from "./needed.ts";
import { decidePolicy } from "./policy.ts";
import { questionFrom } from "./recorded-question.ts";

export interface Replayed {
  readonly record: Pick<AuditRecord, "seq" | "at" | "request">;
  readonly command: string;
  /** Who asked, for showing. */
  readonly by: string;
  /** "allowed", "needs 2 of platform", "refused". */
  readonly was: string;
  readonly now: string;
  /** Whose word it would be: the new decision's headline. */
  readonly because: string;
  /** Fewer people would have been needed than were. */
  readonly isWeaker: boolean;
}

export interface Replay {
  readonly asked: number;
  /** Records of before questions were kept, and of who was refused before it was known what about. */
  readonly unknown: number;
  readonly differing: readonly Replayed[];
}

/** Pure. Takes the records one at a time, so that a log of any length is replayed in one pass. */
export class Replaying {
  readonly #policy: Policy;
  readonly #differing: Replayed[] = [];
  #asked = 0;
  #unknown = 0;

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  take(record: AuditRecord): void {
    const was = recorded(record);
    if (was === null) return;
    const question = questionFrom(record.details);
    if (question === null) {
      this.#unknown += 1;
      return;
    }
    this.#asked += 1;
    const decision = decidePolicy(this.#policy, underGroupsOf(this.#policy, question));
    const now = decided(decision, was);
    if (wordsOf(now) === wordsOf(was)) return;
    this.#differing.push({
      record: { seq: record.seq, at: record.at, request: record.request },
      command: textAt(record.details, "command"),
      by: record.actor?.name ?? question.who.userId,
      was: wordsOf(was),
      now: wordsOf(now),
      because: headline(decision),
      isWeaker: isWeaker(was, now),
    });
  }

  result(): Replay {
    return { asked: this.#asked, unknown: this.#unknown, differing: this.#differing };
  }
}

/** How a question came out: what was needed, and what the approvals had to be besides. */
interface Outcome {
  readonly says: string;
  /** null in records of before they were kept: then only the needs are compared. */
  readonly demands: readonly string[] | null;
}

/** What became of the question then; null for records that are not about one. Refusals by other parts are not the policy's. */
function recorded({ code, details }: AuditRecord): Outcome | null {
  if (code === "request.created") {
    const needs = textAt(details, "needs");
    const demands = details.demands === undefined ? null : listAt(details, "demands").map(String);
    return { says: needs === "" ? "allowed" : `needs ${needs}`, demands };
  }
  const byPolicy = [
    "denied-by-policy",
    "no-rule",
    "frozen",
    "over-limit",
    "not-linked",
    "groups-too-old",
    "cannot-wait",
  ].includes(textAt(details, "refusal"));
  return code === "request.refused" && byPolicy ? { says: "refused", demands: [] } : null;
}

function decided(decision: Decision, was: Outcome): Outcome {
  if (decision.kind !== "approvals")
    return { says: decision.kind === "allow" ? "allowed" : "refused", demands: was.demands === null ? null : [] };
  const { requirement } = decision;
  return {
    says: `needs ${needWords(requirement.need)}`,
    demands: was.demands === null ? null : demandsOf(requirement),
  };
}

function wordsOf({ says, demands }: Outcome): string {
  return demands === null || demands.length === 0 ? says : `${says}, with ${demands.toSorted().join("; ")}`;
}

/**
 * A smaller kind of no; among needs, fewer people in all, or a demand less. What two needs of as many people mean is for people to
 * judge.
 */
function isWeaker(was: Outcome, now: Outcome): boolean {
  const [before, after] = [strength(was.says), strength(now.says)];
  if (after !== before) return after < before;
  return people(now.says) < people(was.says) || (was.demands ?? []).some((one) => now.demands?.includes(one) === false);
}

function strength(words: string): number {
  return ["allowed", "needs", "refused"].indexOf(words.split(" ")[0] ?? "");
}

function people(words: string): number {
  return [...words.matchAll(/\b(\d+) of /g)].reduce((sum, match) => sum + Number(match[1]), 0);
}

/**
 * Members that the new policy lists itself count as it lists them. Whom Slack or the IdP put into a group then is only known for
 * groups of that name.
 */
function underGroupsOf(policy: Policy, question: Question): Question {
  const { who } = question;
  const groups = policy.groups.flatMap((group): GroupName[] => {
    if (group.members.includes(who.userId)) return [group.name];
    const isListed = isOnlyListed(group);
    return !isListed && who.groups.includes(group.name) ? [group.name] : [];
  });
  const known = groupsAbove(policy.groups, groups);
  const unknown = groupsAbove(policy.groups, who.unknownGroups ?? []).filter((name) => !known.includes(name));
  const unsure = unknown.length === 0 ? {} : { unknownGroups: unknown };
  const { unknownGroups: _, ...others } = who;
  return { ...question, who: { ...others, groups: known, ...unsure } };
}

function isOnlyListed(group: Policy["groups"][number]): boolean {
  return group.slackUserGroup === null && (group.idpGroups ?? []).length === 0;
}
