// Is what a request was decided by still what was accepted last? Asked within the transaction that claims it (R31, T31).
import { isJsonObject, numberAt } from "../core/json.ts";
import type { Tx } from "../core/ports/store.ts";
import { type Refusal, refuse } from "../core/refusal.ts";

/**
 * `since`: of the policy in force before it was decided. This process and other replicas hear of an accepted policy a moment after
 * it is stored; what was decided in that moment is decided again, and nothing starts under a policy that is over.
 */
export async function whyNotUnder(since: number | null, tx: Pick<Tx, "settings">): Promise<Refusal | null> {
  const stored = await tx.settings.get("policy");
  if (!isJsonObject(stored)) return null;
  const at = numberAt(stored, Number.NaN, "at");
  if ((Number.isNaN(at) ? null : at) === since) return null;
  return refuse("busy", "Another policy came into force a moment ago.", "It is looked at again under that one.");
}
