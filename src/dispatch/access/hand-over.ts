// A token grant's kubeconfig, handed over once: its token is taken out of the store, where it was sealed, and is then nowhere else.

import { alreadyHandedOver, over } from "../../access/grant-life.ts";
import { kubeconfigText } from "../../access/kubeconfig.ts";
import type { Grant } from "../../core/access.ts";
import type { RequestId } from "../../core/ids.ts";
import { isHuman, type Person } from "../../core/person.ts";
import type { IssuedToken } from "../../core/ports/clusters.ts";
import type { Tx } from "../../core/ports/store.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import { append } from "../append.ts";
import type { Deps } from "../deps.ts";
import { changeGrantIn, grantEvent, noSuchGrant } from "./store-grant.ts";

export interface HandedOver {
  readonly fileName: string;
  /** Holds the token. */
  readonly kubeconfig: string;
  /** When the token ends, as the cluster says. */
  readonly expiresAt: number;
}

/** Only to the holder. Recorded and erased in one durable transaction before it is shown: twice at once gives one. */
export async function handOverKubeconfig(deps: Deps, id: RequestId, to: Person): Promise<HandedOver | Refusal> {
  const sealed = deps.sealedBecause();
  if (sealed !== null) return sealed;
  const taken = await deps.store.transact((tx) => take(deps, tx, id, to));
  if (isRefusal(taken)) {
    if (taken.code === "no-token") await recordLost(deps, id, { to, says: taken.message });
    return taken;
  }
  deps.nudge();
  const { cluster, namespace } = placeOf(taken.grant);
  const kubeconfig = kubeconfigText({ grant: id, cluster, namespace, issued: taken.issued });
  return { fileName: `${cluster}-${id}.kubeconfig`, kubeconfig, expiresAt: taken.issued.expiresAt };
}

/** Every refusal comes before the first write, so a refused one changes nothing. */
async function take(
  deps: Deps,
  tx: Tx,
  id: RequestId,
  to: Person,
): Promise<{ readonly grant: Grant; readonly issued: IssuedToken } | Refusal> {
  const grant = await tx.grants.get(id);
  if (grant === null) return noSuchGrant(id);
  const refusal = whyNoHandOver(grant, to, deps.clock.now());
  if (refusal !== null) return refusal;
  const issued = grant.tokenOf === null ? null : await tx.grantTokens.take(grant.tokenOf);
  if (issued === null) return noToken(grant);
  const marked = await changeGrantIn(deps, tx, id, { kind: "handed-over", to });
  if (isRefusal(marked)) throw new Error(`grant ${id} changed within its own transaction`);
  return { grant: marked, issued };
}

/** It should have been there: whoever reads the record must see that it was asked for and was not. */
async function recordLost(
  deps: Deps,
  id: RequestId,
  lost: { readonly to: Person; readonly says: string },
): Promise<void> {
  const { to, says } = lost;
  await deps.store.transact(async (tx) => {
    const grant = await tx.grants.get(id);
    if (grant === null) return;
    const details = {
      role: grant.role,
      where: grant.where,
      holder: grant.beneficiary.userId,
      until: grant.endsAt ?? 0,
      says,
    };
    const event = grantEvent(grant, { code: "grant.handed-over", by: to, outcome: "failed", details });
    await append(tx, event, deps.channels.audit);
  });
  deps.nudge();
}

function noToken({ id }: Grant): Refusal {
  return refuse("no-token", `The token of ${id} is not here any more.`, `Type revoke ${id}, and ask with grant anew.`);
}

/** The namespace that the grant is of, which is its binding's; the first object is the service account. */
function placeOf(grant: Grant): { readonly cluster: string; readonly namespace: string | null } {
  const binding = grant.objects.at(-1);
  return { cluster: binding?.cluster ?? "", namespace: binding?.namespace ?? null };
}

/** Why this person can't fetch its kubeconfig now, or null. */
export function whyNoHandOver(grant: Grant, to: Person, now: number): Refusal | null {
  if (!isHuman(to, grant.beneficiary.human))
    return refuse(
      "not-yours",
      `${grant.id} is held by ${grant.beneficiary.name}.`,
      "Only they can fetch its kubeconfig.",
    );
  if (grant.state === "ended") return over(grant);
  if (grant.state !== "active")
    return refuse("grant-over", `${grant.id} is ${grant.state}: ${grant.says}.`, "Type grants to see what is active.");
  if (grant.credential !== "token")
    return refuse("wrong-kind", `${grant.id} is used with your own credentials.`, "Use your own kubeconfig.");
  if (grant.handedOverAt !== null) return alreadyHandedOver(grant, grant.handedOverAt);
  if (now < (grant.endsAt ?? 0)) return null;
  return refuse("grant-over", `The time of ${grant.id} is over.`, "Ask with grant anew.");
}
