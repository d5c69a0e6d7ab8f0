// A token grant's kubeconfig, made at the moment it is handed over, once; kept, logged and recorded nowhere.

import { alreadyHandedOver, over } from "../../access/grant-life.ts";
import { kubeconfigText } from "../../access/kubeconfig.ts";
import { type Grant, leastTokenMs } from "../../core/access.ts";
import type { RequestId } from "../../core/ids.ts";
import { durationText } from "../../core/params.ts";
import { isHuman, type Person } from "../../core/person.ts";
import type { IssuedToken } from "../../core/ports/clusters.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import type { Deps } from "../deps.ts";
import { changeGrant, noSuchGrant } from "./store-grant.ts";

export interface HandedOver {
  readonly fileName: string;
  /** Holds the token. */
  readonly kubeconfig: string;
  /** When the token ends, as the cluster says. */
  readonly expiresAt: number;
}

/** Only to the holder. That it is handed over is durable before the token is made: twice at once gives one. */
export async function mintKubeconfig(deps: Deps, id: RequestId, to: Person): Promise<HandedOver | Refusal> {
  const sealed = deps.sealedBecause();
  if (sealed !== null) return sealed;
  const grant = await deps.store.grants.get(id);
  if (grant === null) return noSuchGrant(id);
  const refusal = whyNoHandOver(grant, to, deps.clock.now());
  if (refusal !== null) return refusal;
  const marked = await changeGrant(deps, id, { kind: "handed-over", to });
  if (isRefusal(marked)) return marked;
  const issued = await issue(deps, marked);
  if (isRefusal(issued)) {
    await changeGrant(deps, id, { kind: "hand-over-failed", to, says: issued.message });
    return issued;
  }
  const { cluster, namespace } = placeOf(marked);
  const kubeconfig = kubeconfigText({ grant: id, cluster, namespace, issued });
  return { fileName: `${cluster}-${id}.kubeconfig`, kubeconfig, expiresAt: issued.expiresAt };
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
  const left = (grant.endsAt ?? 0) - now;
  if (left >= leastTokenMs) return grant.handedOverAt === null ? null : alreadyHandedOver(grant, grant.handedOverAt);
  return refuse(
    "too-short",
    `${durationText(left)} are left of ${grant.id}, and the API server makes no token that lives under ${durationText(leastTokenMs)}.`,
    `Type extend ${grant.id} for 30m, or ask with grant anew.`,
  );
}

async function issue(deps: Deps, grant: Grant): Promise<IssuedToken | Refusal> {
  const account = grant.objects.find((object) => object.kind.kind === "ServiceAccount");
  const secret = grant.objects.find((object) => object.kind.kind === "Secret");
  const cluster = account === undefined ? null : deps.clusters.get(account.cluster);
  if (account === undefined || account.namespace === null || secret === undefined || cluster === null)
    return refuse(
      "no-such-cluster",
      `The cluster of ${grant.id} is not configured any more.`,
      "Ask the admin of the bot.",
    );
  return cluster.tokenFor({
    namespace: account.namespace,
    serviceAccount: account.name,
    secret: { name: secret.name, uid: secret.uid },
    expiresInSeconds: Math.floor(((grant.endsAt ?? 0) - deps.clock.now()) / 1_000),
  });
}
