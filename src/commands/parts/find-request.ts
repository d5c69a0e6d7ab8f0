// Requests by id, as typed: or a refusal that says how to find one.
import { parseRequestId, type RequestId } from "../../core/ids.ts";
import type { Requests } from "../../core/ports/requests.ts";
import { type Refusal, refuse } from "../../core/refusal.ts";
import type { Request } from "../../core/request.ts";

export async function findRequest(requests: Requests, id: RequestId): Promise<Request | Refusal> {
  const found = await requests.get(id);
  return (
    found ??
    refuse(
      "no-such-request",
      `There is no request ${id}.`,
      "Type approvals to see the open ones, or audit to search the record.",
    )
  );
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
