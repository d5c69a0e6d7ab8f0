// Break-glass: a waiting request runs without its missing approvals, told to everybody and open for review, or not at all (R30).
import { checkGlassReason, mayBreak } from "../approvals/break-glass.ts";
import { waitingFor } from "../approvals/eligible.ts";
import { unreviewed } from "../approvals/review.ts";
import type { BreakGlass, Review } from "../core/break-glass.ts";
import { parseRequestId, type RequestId } from "../core/ids.ts";
import { durationText } from "../core/params.ts";
import { isHuman, type Person, type PersonRef } from "../core/person.ts";
import type { Plan } from "../core/plan.ts";
import type { BreakGlasses, Offer, Use } from "../core/ports/break-glass.ts";
import type { Store, Tx } from "../core/ports/store.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import { isOver, type Request, standingGlass } from "../core/request.ts";
import { decideAgain } from "./decide-again.ts";
import type { Deps } from "./deps.ts";
import { mayWrite } from "./may-write.ts";
import { questionOfPlan } from "./question.ts";
import { offerMessage } from "./render/break-glass.ts";
import { giveReview, openReview, tellBroken } from "./reviews.ts";
import { candidatesOf } from "./standings.ts";
import { transition } from "./transition.ts";
import { isVoteToken, voteToken } from "./vote-token.ts";

export function breakGlassPort(deps: Deps): BreakGlasses {
  return {
    offer: (id, by) => offer(deps, id, by),
    use: (use) => breakOpen(deps, use),
    review: (id, verdict) => giveReview(deps, id, verdict),
    async reviews(limit) {
      const open = await deps.store.reviews.list({ state: "open", limit });
      const done = await deps.store.reviews.list({ done: true, newestFirst: true, limit });
      return [...open, ...done].slice(0, limit);
    },
    reviewsOf: (id) => deps.store.reviews.list({ request: id, limit: 20 }),
  };
}

async function offer(deps: Deps, id: RequestId, by: Person): Promise<Offer | Refusal> {
  const found = await breakable(deps, id, by);
  if (isRefusal(found)) return found;
  const { request } = found;
  const subject = { request, choice: "break-glass", userId: by.account.userId } as const;
  return {
    request,
    body: offerMessage(request, request.says),
    target: targetOf(request.plan),
    token: voteToken(subject, deps.clock.now()),
  };
}

interface Breakable {
  readonly request: Request;
  readonly rule: BreakGlass;
}

/** Everything that can be known before something is typed; the use asks again, from the start. */
async function breakable(deps: Deps, id: RequestId, by: Person): Promise<Breakable | Refusal> {
  const sealed = deps.sealedBecause();
  if (sealed !== null) return sealed;
  const request = await deps.store.requests.get(id);
  if (request === null) return refuse("no-such-request", `There is no request ${id}.`, "Type: approvals");
  if (isOver(request))
    return refuse("request-over", `${id} is over: it is ${request.state}.`, "Ask anew; what was denied stays denied.");
  const rule = deps.policy().breakGlass;
  const refusal = mayBreak(rule, { request, by, question: questionFor(deps, request, by) });
  if (refusal !== null || rule === undefined) return refusal ?? refuse("breakglass-forbidden", "It is not set up.", "");
  const held = tooLongFor(rule, request) ?? (await heldBack(deps, request, rule));
  if (held !== null) return held;
  const open = await openUses(deps.store, by);
  return unreviewed(open, rule.openUses, deps.clock.now()) ?? { request, rule };
}

/** Also of before this person linked their account: it was the same human (R10). */
async function openUses(store: Pick<Tx, "reviews"> | Pick<Store, "reviews">, by: Person): Promise<readonly Review[]> {
  const open = await store.reviews.list({ state: "open", limit: 1_000 });
  return open.filter((review) => isHuman(by, review.by.human));
}

/** Access that nobody countersigned lives no longer than the policy says for it; where it says nothing, there is none. */
export function tooLongFor(
  { maxForMs }: Pick<BreakGlass, "maxForMs">,
  { id, plan }: Pick<Request, "id" | "plan">,
): Refusal | null {
  const { access } = plan;
  if (access === undefined || (maxForMs !== null && access.lengthMs <= maxForMs)) return null;
  const most =
    maxForMs === null ? "no access is given by break-glass" : `break-glass gives at most ${durationText(maxForMs)}`;
  return refuse(
    "breakglass-forbidden",
    `${id} asks for access for ${durationText(access.lengthMs)}; ${most}.`,
    maxForMs === null ? "It takes its approvals." : "Ask anew for less, or wait for its approvals.",
  );
}

/** A rule that denies, a freeze and a halt hold as ever: break-glass makes up for missing approvals and for nothing else. */
async function heldBack(deps: Deps, request: Request, rule: BreakGlass): Promise<Refusal | null> {
  const decision = await decideAgain(deps, request, request.plan, { throughFreezes: rule.throughFreezes });
  if (isRefusal(decision)) return decision;
  if (decision.kind === "deny")
    return refuse(
      decision.code,
      decision.reason,
      `Rule: ${decision.rule || "none allows it"}. Break-glass does not lift it.`,
    );
  return mayWrite(deps, request, { throughFreezes: rule.throughFreezes });
}

function questionFor(deps: Deps, request: Request, person: Person) {
  const { verb } = request.invocation;
  const action = deps.verbs.get(verb) ?? { name: verb, kind: "change" as const, params: {} };
  const asked = { person, now: deps.clock.now(), dryRun: false };
  return questionOfPlan(deps.clusters, { action, invocation: request.invocation }, request.plan, asked);
}

/** The name that is typed: of the object; of several, the cluster that they are in; of a setting, its own. */
export function targetOf({ changes }: Pick<Plan, "changes">): string {
  const names = changes.map((change) =>
    change.kind === "setting"
      ? (change.item ?? change.setting)
      : change.kind === "membership"
        ? change.role
        : change.object.name,
  );
  const clusters = changes.flatMap((change) => (change.kind === "object" ? [change.object.cluster as string] : []));
  const [only, ...more] = [...new Set(names)];
  return only !== undefined && more.length === 0 ? only : (clusters[0] ?? only ?? "");
}

async function breakOpen(deps: Deps, use: Use): Promise<Request | Refusal> {
  const found = await breakable(deps, use.id, use.by);
  if (isRefusal(found)) return found;
  const { request, rule } = found;
  const wrong = notConfirmed(deps, request, use) ?? checkGlassReason(rule, use.reason);
  if (wrong !== null) return wrong;
  const skipped = await skippedBy(deps, request, use.by);
  if (isRefusal(skipped)) return skipped;
  const channels = await channelsOf(deps, rule);
  if (isRefusal(channels)) return channels;
  const { throughFreezes, startWithinMs } = rule;
  const shown = { version: request.version, digest: request.plan.digest };
  return transition(
    deps,
    request.id,
    { kind: "break-glass", by: use.by, reason: use.reason.trim(), ...shown, throughFreezes, startWithinMs },
    {
      byUserId: use.by.account.userId,
      also: async (tx, next) => {
        const open = await openUses(tx, use.by);
        const missing = unreviewed(open, rule.openUses, deps.clock.now());
        if (missing !== null) return missing;
        return told(deps, tx, next, { review: await openReview(tx, next, rule), skipped, channels });
      },
    },
  );
}

async function told(
  deps: Deps,
  tx: Tx,
  request: Request,
  of: { readonly review: Review; readonly skipped: readonly PersonRef[]; readonly channels: readonly string[] },
): Promise<null> {
  const to = new Set([deps.channels.audit, ...of.channels, ...of.skipped.map((one) => one.userId)]);
  await tellBroken(tx, request, { review: of.review, to: [...to] });
  return null;
}

/** Typed by this person, into the form that was made for them, of exactly this version and digest (R17). */
function notConfirmed(deps: Deps, request: Request, { by, token, typed }: Use): Refusal | null {
  const again = `Type again: breakglass ${request.id}`;
  const subject = { request, choice: "break-glass", userId: by.account.userId } as const;
  if (!isVoteToken(token, subject, deps.clock.now()))
    return refuse(
      "not-confirmed",
      `This form of ${request.id} is too old, was not made for you, or shows another plan than the one now.`,
      again,
    );
  const target = targetOf(request.plan);
  if (parseRequestId(typed.id) === request.id && typed.target.trim() === target) return null;
  return refuse(
    "not-confirmed",
    `You typed “${typed.id}” and “${typed.target}”, not “${request.id}” and “${target}”, so nothing runs.`,
    again,
  );
}

/** Everybody whose vote could have been one of the missing ones. Not to know them means not to tell them: then nothing runs. */
async function skippedBy(deps: Deps, request: Request, by: Person): Promise<readonly PersonRef[] | Refusal> {
  if (request.requirement === null) return [];
  const candidates = await candidatesOf(deps.people, request, request.requirement);
  if (isRefusal(candidates)) return candidates;
  const { eligible, lapsed } = waitingFor(request, candidates);
  return [...eligible, ...lapsed].filter((one) => !isHuman(by, one.human));
}

async function channelsOf(deps: Deps, rule: BreakGlass): Promise<readonly string[] | Refusal> {
  const ids: string[] = [];
  for (const name of rule.tell) {
    const id = await deps.channelId(name);
    if (isRefusal(id)) return id;
    ids.push(id);
  }
  return ids;
}

/** Whether the use still counts at the moment of execution: whoever used it still may, as the policy is now (R11, R30). */
export async function glassNow(deps: Deps, request: Request, plan: Plan): Promise<Refusal | null> {
  const glass = standingGlass(request);
  const none = refuse("breakglass-forbidden", "Break-glass does not count for this version.", "Ask anew.");
  if (glass === null) return none;
  const by = await deps.people.person(glass.by.userId);
  if (isRefusal(by)) return by;
  if (!isHuman(by, glass.by.human)) return none;
  return mayBreak(deps.policy().breakGlass, {
    request: { ...request, plan },
    by,
    question: questionFor(deps, { ...request, plan }, by),
  });
}

/** Only where the use was made so, and the policy still says so. */
export function goesThroughFreezes(deps: Pick<Deps, "policy">, request: Request): boolean {
  return standingGlass(request)?.throughFreezes === true && deps.policy().breakGlass?.throughFreezes === true;
}
