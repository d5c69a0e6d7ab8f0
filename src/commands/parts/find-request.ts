// Requests by id, as typed: or a refusal that says how to find one.
import { parseRequestId, type RequestId } from "../../core/ids.ts";
import type { PrunedRequest } from "../../core/ports/pruning.ts";
import type { Requests } from "../../core/ports/requests.ts";
import { type Refusal, refuse } from "../../core/refusal.ts";
import type { Request } from "../../core/request.ts";

export async function findRequest(requests: Requests, id: RequestId): Promise<Request | Refusal> {
  const found = await requests.get(id);
  if (found !== null) return found;
  const left = await requests.pruned(id);
  if (left !== null) return prunedRefusal(left);
  return refuse(
    "no-such-request",
    `There is no request ${id}.`,
    "Type approvals to see the open ones, or audit to search the record.",
  );
}

/** What it was, when its words went, and where they are. */
export function prunedRefusal(left: PrunedRequest): Refusal {
  const { id, verb, state, createdAt, endedAt, prunedAt, record, archive } = left;
  const ended = endedAt === null ? "" : ` and over since ${dayOf(endedAt)}`;
  const where = archive === null ? "There is no archive of it." : `The archive has it in ${archive}.`;
  return refuse(
    "request-pruned",
    `${id} was a request to ${verb}, asked on ${dayOf(createdAt)}${ended} (${state}). What it said was pruned on ${dayOf(prunedAt)}, as retention has it: record ${record} says so.`,
    `${where} Proofs of its records that were made before stay valid.`,
  );
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

export function readRequestId(text: string): RequestId | Refusal {
  return (
    parseRequestId(text) ??
    refuse(
      "bad-argument",
      `“${text}” is no request id.`,
      "It looks like r-4k7m2qx; type approvals to see the open ones.",
    )
  );
}
