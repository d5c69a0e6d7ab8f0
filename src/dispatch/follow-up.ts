// A later stage of a plan: asked for by itself once the first one is done, as a request of its own.
import { newRequestId, type RequestId } from "../core/ids.ts";
import { message } from "../core/message.ts";
import type { Tx } from "../core/ports/store.ts";
import { isRefusal, type Refusal } from "../core/refusal.ts";
import { awaitsFollowUp, type Request } from "../core/request.ts";
import { ask } from "./ask.ts";
import { decideNow } from "./decide-now.ts";
import { denied } from "./denied.ts";
import type { Handling } from "./handle.ts";
import { invokeAgain } from "./invoke.ts";
import { prepare } from "./prepare.ts";
import { questionOfPlan } from "./question.ts";
import { cardKey } from "./transition.ts";

/** The same requester, place and reason; doing it twice asks once. */
export async function askFollowUp(handling: Handling, id: RequestId): Promise<void> {
  const { deps } = handling;
  const first = await deps.store.requests.get(id);
  if (first === null || !awaitsFollowUp(first)) return;
  const asked = await askNext(handling, first);
  await deps.store.transact(async (tx) => {
    if (isRefusal(asked)) await tellRefused(tx, first, asked);
    const current = await tx.requests.get(id);
    if (current === null) return;
    // From here on the store keeps nothing of the manifest.
    const next = { ...current, revision: current.revision + 1, followUpAskedAt: deps.clock.now() };
    if (!(await tx.requests.replace(next, current.revision)))
      throw new Error(`request ${id} changed within its own transaction`);
  });
  deps.nudge();
}

async function tellRefused(tx: Tx, first: Request, refusal: Refusal): Promise<void> {
  const says = `The next stage of ${first.id} could not be asked for: ${refusal.message} ${refusal.hint}`;
  await tx.outbox.put({
    key: `follow-up:${first.id}`,
    living: false,
    to: { channelId: first.card.channelId, thread: { key: cardKey(first) } },
    message: message(says, [{ kind: "text", icon: "warn", text: [says] }]),
    request: first.id,
    lane: "story",
  });
}

async function askNext(handling: Handling, first: Request): Promise<Refusal | null> {
  const { deps } = handling;
  const { followUp } = first.plan;
  const action = followUp === null ? undefined : deps.verbs.get(followUp.verb);
  if (followUp === null || action === undefined) return null;
  const person = await deps.people.person(first.requester.userId);
  if (isRefusal(person)) return person;
  const ports = handling.portsFor(person, action);
  const invoked = await invokeAgain(ports.clusters, action, followUp);
  if (isRefusal(invoked)) return invoked;
  const asking = {
    person,
    requestedAt: deps.clock.now(),
    channelId: first.askedIn.channelId,
    requestId: newRequestId(deps.random),
    reason: first.reason,
  };
  const digestKey = Buffer.from(deps.random(32)).toString("base64url");
  const plan = await prepare(deps, ports, { action, args: invoked.args, asking, digestKey });
  if (isRefusal(plan)) return plan;
  const question = questionOfPlan(deps.clusters, invoked, plan, {
    person,
    now: asking.requestedAt,
    dryRun: false,
    reason: first.reason,
  });
  const decision = await decideNow(deps, question);
  if (isRefusal(decision)) return decision;
  if (decision.kind === "deny") return denied(decision, { verb: action.name });
  const { reason, authors, askedIn } = first;
  const next = await ask(deps, {
    invoked,
    plan,
    question,
    decision,
    asking,
    reason,
    authors,
    askedIn,
    digestKey,
    deliveryKey: `follow-up:${first.id}`,
  });
  return isRefusal(next) ? next : null;
}
