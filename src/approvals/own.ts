// Whose request it is: the asker, whom it is done for, and everybody who wrote what would be applied (R10).
import type { HumanId } from "../core/ids.ts";
import { isHuman } from "../core/person.ts";
import type { Request } from "../core/request.ts";

/** Accounts of one human are one, also those that were linked to them once. */
export function isOwn(
  request: Pick<Request, "requester" | "authors" | "beneficiary">,
  human: HumanId,
  alsoKnownAs: readonly HumanId[] = [],
): boolean {
  const gains = request.beneficiary === undefined ? [] : [request.beneficiary];
  return [request.requester, ...gains, ...request.authors].some((one) => isHuman({ human, alsoKnownAs }, one.human));
}
