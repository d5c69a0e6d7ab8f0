// An active grant for the measurements.
import type { Grant } from "../src/core/access.ts";
import { humanOf } from "../src/core/person.ts";
import { accountOf } from "./parts/desk.ts";
import { requestId } from "./sample-request.ts";

const personOf = (userId: string) => ({ human: humanOf(accountOf(userId), null), userId, name: userId.toLowerCase() });

export function activeGrant(index: number): Grant {
  const now = Date.now();
  return {
    ...{ id: requestId(5_000_000 + index), revision: 1, state: "active", role: "read-logs" },
    ...{ where: "shop on production", credential: "binding", reason: "the nightly load fails" },
    beneficiary: personOf(`U0BENCH${String(index % 50).padStart(2, "0")}`),
    requester: personOf("U0BENCH00"),
    ...{ objects: [], probe: null, lengthMs: 7_200_000, plannedAt: now, notBefore: null },
    ...{ activeAt: now, endsAt: now + 7_200_000, ending: null, endedAt: null, handedOverAt: null, tokenOf: null },
    ...{ card: { channelId: "C0APPROVE", ts: `9${index}.1` }, says: "active" },
  };
}
