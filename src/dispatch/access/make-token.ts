// The token of a grant: made right before its binding, for exactly its time, and sealed until its holder fetches it, once.
import type { Holder } from "../../approvals/events.ts";
import type { Grant } from "../../core/access.ts";
import type { AuditEvent } from "../../core/audit.ts";
import { textAt } from "../../core/json.ts";
import { type Call, fullName, type ObjectRef, pathOf } from "../../core/kube.ts";
import type { Change, Draft, Plan } from "../../core/plan.ts";
import type { Cluster, Clusters, IssuedToken, TokenWanted } from "../../core/ports/clusters.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import type { Request } from "../../core/request.ts";
import { append } from "../append.ts";
import { goesThroughFreezes } from "../break-glass.ts";
import type { Deps } from "../deps.ts";
import { type Acting, type CutShort, leaseMs } from "../executing.ts";
import { mayWrite } from "../may-write.ts";
import { requestEvent } from "../record.ts";
import { transition } from "../transition.ts";
import { noSuchGrant } from "./store-grant.ts";

/** A token that waits is not made anew when its end is as near to what is wanted as this: an interruption of a moment. */
const nearMs = 5_000;

export interface Making {
  readonly index: number;
  readonly holder: Holder;
  /** The binding may have been sent already: its token was made before that. */
  readonly isResumed: boolean;
}

/**
 * Before the last change of a plan that gives a token, which is the binding: until that stands the token opens nothing, and so it
 * never outlives the time that runs from there. What is lost by a crash in the middle was in nobody's hands, and another is made.
 */
export async function makeTokenFirst(
  acting: Acting,
  request: Request,
  { index, holder, isResumed }: Making,
): Promise<null | CutShort> {
  const { plan } = request;
  if (plan.access?.credential !== "token" || index !== plan.changes.length - 1) return null;
  const { deps } = acting;
  const grant = await deps.store.grants.get(plan.access.grant);
  if (grant === null) return stopped(noSuchGrant(plan.access.grant));
  const waiting = await deps.store.grantTokens.expiresAt(request.id);
  const lastsMs = lengthOf(plan, grant, deps.clock.now());
  const isGood = waiting !== null && (isResumed || Math.abs(waiting - deps.clock.now() - lastsMs) <= nearMs);
  if (isGood) return null;
  const alive = await transition(deps, request.id, { kind: "heartbeat", ...holder, leaseMs: 2 * leaseMs });
  if (isRefusal(alive)) return { kind: "lost", says: alive.message };
  const wanted = await wantedFor(acting, plan, lastsMs);
  if (isRefusal(wanted)) return stopped(wanted);
  await note(deps, request, wanted, { code: "write.intended" });
  const forbids = await mayWrite(deps, alive, { throughFreezes: goesThroughFreezes(deps, alive) });
  if (forbids !== null) {
    await note(deps, request, wanted, { code: "write.failed", says: `Not sent: ${forbids.message}` });
    return stopped(forbids);
  }
  const issued = await wanted.cluster.tokenFor(wanted.token);
  if (isRefusal(issued)) {
    await note(deps, request, wanted, { code: "write.failed", says: issued.message });
    return stopped(issued);
  }
  return keep(deps, request, { holder, wanted, issued });
}

/** Whether whoever asks may have the token made once it is approved; null when they may, or when none is given. */
export async function whyNoToken(
  clusters: Clusters,
  draft: Pick<Draft, "access" | "changes">,
): Promise<Refusal | null> {
  const account = draft.access?.credential === "token" ? objectOf(draft.changes, "ServiceAccount") : undefined;
  if (account === undefined) return null;
  const call: Call = {
    ...{ method: "POST", path: `${pathOf(account)}/token`, query: {}, contentType: "application/json" },
    ...{ body: null, guard: "create" },
  };
  return (await clusters.get(account.cluster)?.mayWrite(call)) ?? null;
}

function objectOf(changes: readonly Change[], kind: string): ObjectRef | undefined {
  return changes
    .flatMap((change) => (change.kind === "object" ? [change.object] : []))
    .find((one) => one.kind.kind === kind);
}

/** Of a grant its whole time, since that begins with the binding; of an extension what is left of the whole. */
function lengthOf({ access }: Plan, grant: Grant, now: number): number {
  const lengthMs = access?.lengthMs ?? 0;
  return access?.kind === "extension" ? (grant.activeAt ?? now) + lengthMs - now : lengthMs;
}

interface Wanted {
  readonly cluster: Cluster;
  readonly account: ObjectRef;
  readonly token: TokenWanted;
}

async function wantedFor({ clusters }: Acting, { changes }: Plan, lastsMs: number): Promise<Wanted | Refusal> {
  const account = objectOf(changes, "ServiceAccount");
  const secret = objectOf(changes, "Secret");
  const cluster = account === undefined ? null : clusters.get(account.cluster);
  if (account === undefined || secret === undefined || cluster === null)
    return refuse(
      "no-such-cluster",
      "The cluster of the grant is not configured any more.",
      "Ask the admin of the bot.",
    );
  const anchor = await cluster.readToWrite(secret);
  if (isRefusal(anchor)) return anchor;
  const uid = textAt(anchor ?? undefined, "metadata", "uid");
  if (uid === "") return refuse("no-such-target", `${fullName(secret)} is gone again.`, "Ask anew.");
  const expiresInSeconds = Math.floor(lastsMs / 1_000);
  const token = { serviceAccount: account.name, namespace: account.namespace ?? "", expiresInSeconds };
  return { cluster, account, token: { ...token, secret: { name: secret.name, uid } } };
}

/** Only while the request is still carried out by this runner: nobody would ever take it from one that is over. */
async function keep(
  deps: Deps,
  request: Request,
  made: { readonly holder: Holder; readonly wanted: Wanted; readonly issued: IssuedToken },
): Promise<null | CutShort> {
  const { holder, wanted, issued } = made;
  const kept = await deps.store.transact(async (tx) => {
    const now = await tx.requests.get(request.id);
    if (now?.state !== "executing" || now.execution?.fence !== holder.fence) return false;
    await tx.grantTokens.put(request.id, issued);
    const says = `It ends at ${new Date(issued.expiresAt).toISOString()}.`;
    await append(tx, noted(request, wanted, { code: "write.done", says }), deps.channels.audit);
    return true;
  });
  deps.nudge();
  return kept ? null : { kind: "lost", says: "the request was taken over while its token was made" };
}

interface Noted {
  readonly code: "write.intended" | "write.done" | "write.failed";
  readonly says?: string;
}

async function note(deps: Deps, request: Request, making: Wanted, what: Noted): Promise<void> {
  await deps.store.transact((tx) => append(tx, noted(request, making, what), deps.channels.audit));
}

/** One call more than the plan has changes: the token's, before the last of them. */
function noted(request: Request, { account }: Wanted, { code, says }: Noted): AuditEvent {
  const call = code === "write.intended" ? { method: "POST", path: `${pathOf(account)}/token` } : {};
  return requestEvent(code, request, {
    actor: null,
    outcome: code === "write.failed" ? "failed" : "ok",
    details: {
      ...{ index: request.plan.changes.length, object: `${fullName(account)}/token` },
      ...call,
      ...(says === undefined ? {} : { says }),
    },
  });
}

function stopped(refusal: Refusal): CutShort {
  return { kind: "stopped", outcome: "failed", says: `No token was made: ${refusal.message} ${refusal.hint}` };
}
