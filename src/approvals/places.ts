// In whose place each voter stands: their own, or that of somebody who lent them a group.
import type { GroupName, HumanId } from "../core/ids.ts";

export interface Standee {
  readonly human: HumanId;
  readonly groups: readonly GroupName[];
  readonly lent?: readonly { readonly by: HumanId; readonly groups: readonly GroupName[] }[];
}

interface Place {
  readonly human: HumanId;
  readonly groups: readonly GroupName[];
}

/** So many ways are tried: with more, some are left out, and a need that only they would meet is not met. */
const waysMost = 4_096;

/**
 * Every way to choose. A place is one human's right, and fills one slot, whoever stands in it: so somebody and all to whom they
 * lent a group count once together, and everybody counts once.
 */
export function* waysToStand(voters: readonly Standee[]): Generator<readonly Place[]> {
  const choices = voters.map(placesOf);
  const ways = choices.reduce((count, places) => Math.min(waysMost, count * places.length), 1);
  for (let way = 0; way < ways; way += 1) {
    let rest = way;
    yield choices.map((places) => {
      const place = places[rest % places.length];
      rest = Math.floor(rest / places.length);
      if (place === undefined) throw new Error("everybody has a place of their own");
      return place;
    });
  }
}

/** Their own first: most voters have no other. */
function placesOf({ human, groups, lent = [] }: Standee): readonly Place[] {
  const lenders = [...new Set(lent.map(({ by }) => by))];
  const others = lenders.map((by) => ({
    human: by,
    groups: lent.filter((one) => one.by === by).flatMap((one) => one.groups),
  }));
  return [{ human, groups }, ...others];
}
