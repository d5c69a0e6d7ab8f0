// What a card says of who is still needed: what is missing, who is on shift of them, and who else can.
import { waitingFor } from "../approvals/eligible.ts";
import { whoCanWords } from "../approvals/who-can.ts";
import type { Standing } from "../core/ports/requests.ts";
import { isRefusal } from "../core/refusal.ts";
import type { Request } from "../core/request.ts";
import { shiftsOf } from "./asking.ts";
import type { Deps } from "./deps.ts";
import { candidatesOf } from "./standings.ts";

/** "1 of payments-leads (Chloe is on shift; Ben and Ana can too)"; without anybody's names where the directory is away. */
export async function cardStanding(
  deps: Pick<Deps, "people" | "policy" | "onCall" | "clock">,
  request: Request,
): Promise<Standing> {
  const { requirement } = request;
  const plain = { missing: request.says, eligible: [], because: "" };
  if (requirement === null) return { ...plain, missing: "" };
  const candidates = await candidatesOf(deps.people, request, requirement);
  if (isRefusal(candidates)) return plain;
  const { eligible, says, needed, isAnybody, unsure } = waitingFor(request, candidates);
  // Where anybody can nobody is named.
  if (isAnybody) return { ...plain, missing: says };
  const shifts = await shiftsOf(deps, request);
  const onShift = new Set([...shifts.values()].flatMap((users) => [...(users ?? [])]));
  const later = unsure === 0 ? "" : `; ${unsure} more once signed in`;
  return { missing: `${needed} (${whoCanWords(eligible, onShift)}${later})`, eligible, because: "" };
}
