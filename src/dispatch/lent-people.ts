// People as they are, with what others lent them, counted out anew at every look (R11).
import { type Delegation, isInForce, type Loan } from "../core/delegation.ts";
import type { GroupName } from "../core/ids.ts";
import { isHuman, type Person, refOf } from "../core/person.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { People } from "../core/ports/people.ts";
import type { Store } from "../core/ports/store.ts";
import { isRefusal, type Refusal } from "../core/refusal.ts";

export interface Lending {
  readonly store: Pick<Store, "delegations">;
  readonly clock: Clock;
}

/**
 * `people` are those of the directory and the sign-in: their groups are their own, so that nothing lent is ever lent on. Where it
 * can't be known who the delegator is now, it is not known what the delegate may, and the look is refused.
 */
export function lentPeople(people: People, { store, clock }: Lending): People {
  const inForce = async (): Promise<readonly Delegation[]> => {
    const now = clock.now();
    return (await store.delegations.inForce(now)).filter((one) => isInForce(one, now));
  };
  const withLoans = async (person: Person, delegations: readonly Delegation[]): Promise<Person | Refusal> => {
    const lent: Loan[] = [];
    for (const delegation of delegations.filter((one) => one.to.userId === person.account.userId)) {
      const loan = await loanOf(people, delegation, person);
      if (isRefusal(loan)) return loan;
      if (loan !== null) lent.push(loan);
    }
    return lent.length === 0 ? person : { ...person, lent };
  };
  return {
    ...people,
    async person(userId) {
      const person = await people.person(userId);
      return isRefusal(person) ? person : withLoans(person, await inForce());
    },
    async lentTo(groups) {
      const delegations = (await inForce()).filter((one) => one.groups.some((group) => groups.includes(group)));
      const delegates = await Promise.all(
        [...new Set(delegations.map((one) => one.to.userId))].map(async (userId) => {
          const person = await people.person(userId);
          return isRefusal(person) ? person : withLoans(person, delegations);
        }),
      );
      return delegates.flatMap((one) => (isRefusal(one) || one.lent === undefined ? [] : [one]));
    },
  };
}

/** null when it gives nothing now: the delegator has left, is in none of the groups any more, or is the same human. */
async function loanOf(people: People, delegation: Delegation, to: Person): Promise<Loan | Refusal | null> {
  const from = await people.person(delegation.from.userId);
  if (isRefusal(from)) return from.code === "identity-unknown" ? from : null;
  if (isHuman(to, from.human)) return null;
  const held = (groups: readonly GroupName[]) => delegation.groups.filter((group) => groups.includes(group));
  const groups = held(from.groups);
  const lapsed = held(from.lapsedGroups ?? []);
  if (groups.length + lapsed.length === 0) return null;
  return {
    delegation: delegation.id,
    by: refOf(from),
    ...(from.alsoKnownAs === undefined ? {} : { alsoKnownAs: from.alsoKnownAs }),
    assurance: from.assurance,
    groups,
    weakGroups: held(from.weakGroups ?? []),
    ...(lapsed.length === 0 ? {} : { lapsedGroups: lapsed }),
    until: delegation.until,
  };
}
