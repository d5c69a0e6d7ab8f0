// A role of another system for a time: somebody becomes a member there, and is taken out again at the end.
import type { HeldMembership, PlannedAccess, RoleConfig } from "../../core/access.ts";
import { durationText } from "../../core/params.ts";
import type { Person } from "../../core/person.ts";
import type { Goal, MembershipChange } from "../../core/plan.ts";
import type { Member, Membership } from "../../core/ports/access-targets.ts";
import type { Grants } from "../../core/ports/grants.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import type { DraftParts } from "./change.ts";
import { type For, plannedFor, startText } from "./grant-draft.ts";

export interface MembershipFacts {
  readonly kind: "membership";
  readonly role: RoleConfig;
  readonly target: { readonly name: string; readonly title: string };
  readonly of: string;
  readonly member: Member;
  readonly now: Membership;
  readonly grantee: Person;
  readonly notBefore: number | null;
}

const readBackWithinMs = 2 * 60_000;

export async function observeMembership(
  grants: Grants,
  role: RoleConfig,
  whom: { readonly grantee: Person; readonly notBefore: number | null },
): Promise<MembershipFacts | Refusal> {
  if (role.bound.kind !== "membership") throw new Error(`${role.name} is a role of a cluster`);
  const { target: name, name: of } = role.bound;
  const target = grants.targets.get(name);
  if (target === null)
    return refuse("target-unreachable", `The system ${name} is not configured here.`, "Ask the admin of the bot.");
  const member = await target.memberOf(whom.grantee);
  if (isRefusal(member)) return member;
  const now = await target.observe(member, of);
  if (isRefusal(now)) return now;
  return { kind: "membership", role, target: { name, title: target.title }, of, member, now, ...whom };
}

export function membershipDraft(facts: MembershipFacts, wanted: For): DraftParts | Refusal {
  const { role, target, of, member, now, grantee, notBefore } = facts;
  if (now.isMember)
    return refuse(
      "already-so",
      `${grantee.name} is a member of ${of} on ${target.name} already.`,
      "Nothing needs to be granted.",
    );
  const { lengthMs, asking, beneficiary } = wanted;
  const id = plannedFor(asking);
  const where = target.title;
  const held: HeldMembership = { target: target.name, role: of, member };
  const access: PlannedAccess = {
    ...{ kind: "grant", grant: id, role: role.name, beneficiary, credential: "membership", where, lengthMs },
    ...{ rules: [], gains: [`membership of ${of}`], probe: null },
  };
  return {
    title: `Grant ${beneficiary.name} ${role.name} in ${where} for ${durationText(lengthMs)}${startText(notBefore)}`,
    changes: [membershipChange(held, { before: false, after: true })],
    goals: [membershipGoal(held)],
    undo: { kind: "none", because: `It ends by itself; revoke ${id} ends it earlier.` },
    notes: [
      `${role.title}. The time runs from when it is active.`,
      "Its end is brought about by me alone: that system has no clock of its own for it.",
    ],
    verifyWithinMs: readBackWithinMs,
    access,
    ...(notBefore === null ? {} : { notBefore }),
  };
}

export function membershipChange(
  held: HeldMembership,
  change: { readonly before: boolean; readonly after: boolean },
): MembershipChange {
  return { kind: "membership", ...held, ...change };
}

export function membershipGoal(held: HeldMembership): Goal {
  return { kind: "membership", ...held, isMember: true };
}
