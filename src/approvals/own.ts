// Whose request it is: the asker and everybody who wrote what would be applied (R10).
import type { HumanId } from "../core/ids.ts";
import type { Request } from "../core/request.ts";

/** Accounts of one human are one. */
export function isOwn(request: Pick<Request, "requester" | "authors">, human: HumanId): boolean {
  return request.requester.human === human || request.authors.some((author) => author.human === human);
}
