// Grants by id, as typed: or a refusal that says how to find one.
import type { Grant } from "../../core/access.ts";
import type { RequestId } from "../../core/ids.ts";
import type { Grants } from "../../core/ports/grants.ts";
import { type Refusal, refuse } from "../../core/refusal.ts";

export const grantWords = { usage: "GRANT", summary: "the grant's id, as grants shows it" };

export async function findGrant(grants: Grants, id: RequestId): Promise<Grant | Refusal> {
  const found = await grants.get(id);
  return found ?? refuse("no-such-grant", `There is no grant ${id}.`, "Type grants to see what is active and planned.");
}
