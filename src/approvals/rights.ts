// By what somebody's vote on a request counts: the groups that they are in themselves, and those that others lent them.
import type { Loan } from "../core/delegation.ts";
import type { GroupName, HumanId } from "../core/ids.ts";
import type { Request } from "../core/request.ts";
import { type Demands, isKnownEnough, sureGroups } from "./assured.ts";
import type { Standing } from "./events.ts";
import { isOwn } from "./own.ts";

export interface Rights {
  /** By which an approval counts. */
  readonly groups: readonly GroupName[];
  /** By which it counts in somebody else's place, and whose place that is. */
  readonly lent: readonly { readonly by: HumanId; readonly groups: readonly GroupName[] }[];
  /** All of them together, those that are known weakly or too long ago as well: by these one may deny. */
  readonly all: readonly GroupName[];
}

type Own = Pick<Request, "requirement" | "requester" | "authors" | "beneficiary">;

/**
 * Nobody's right is used on what they asked for or wrote, not by their delegate either (R10); and what somebody holds only
 * weakly they lend only weakly (R12).
 */
export function rightsOn(
  request: Own,
  human: HumanId,
  standing: Pick<Standing, "groups" | "weakGroups" | "lapsedGroups" | "lent" | "alsoKnownAs">,
): Rights {
  const demands = request.requirement ?? {};
  const self = oneId(human, standing.alsoKnownAs);
  const loans = (standing.lent ?? []).filter(
    (loan) => idOf(loan) !== self && !isOwn(request, loan.by.human, loan.alsoKnownAs),
  );
  const lent = loans.map((loan) => ({ by: idOf(loan), groups: countsFor(demands, loan) }));
  return {
    groups: sureGroups(demands, standing),
    lent: lent.filter(({ groups }) => groups.length > 0),
    all: [...new Set([standing, ...loans].flatMap(({ groups, lapsedGroups = [] }) => [...groups, ...lapsedGroups]))],
  };
}

/** All groups by which an approval counts, whoever's they are. */
export function approvingGroups({ groups, lent }: Rights): readonly GroupName[] {
  return [...new Set([...groups, ...lent.flatMap((one) => one.groups)])];
}

/** For the top tiers the delegator must be known as surely as somebody who votes themselves. */
function countsFor(demands: Demands, { groups, weakGroups, assurance }: Loan): readonly GroupName[] {
  return isKnownEnough(demands, assurance) ? sureGroups(demands, { groups, weakGroups }) : [];
}

/** The same for every id of one human, whichever a vote or a loan was written under: nobody fills two places by two ids. */
export function oneId(human: HumanId, alsoKnownAs: readonly HumanId[] = []): HumanId {
  return [human, ...alsoKnownAs].reduce((first, id) => (id < first ? id : first));
}

function idOf({ by, alsoKnownAs }: Loan): HumanId {
  return oneId(by.human, alsoKnownAs);
}
