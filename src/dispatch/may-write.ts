// Whether anything may be written for a request at this very moment: asked before each change, and again right before it is sent.
import { isInForce } from "../approvals/freeze.ts";
import { frozenBy } from "../approvals/set-freezes.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import type { Request } from "../core/request.ts";
import { policyWithFreezes, type Through } from "./decide-now.ts";
import type { Deps } from "./deps.ts";
import { questionOfPlan } from "./question.ts";

/** Why not: a sealed log, a halt, a freeze that is in force by now (R24, R29, B8); null when nothing is in the way. */
export async function mayWrite(deps: Deps, request: Request, how: Through = {}): Promise<Refusal | null> {
  const sealed = deps.sealedBecause();
  if (sealed !== null) return sealed;
  // What only changes the bot's own settings goes on: otherwise nothing could ever be let go on again.
  if (onlySettings(request)) return null;
  if ((await deps.store.settings.get("halted")) !== null)
    return refuse("halted", "All execution is halted.", "“unhalt” lets what comes after it go on.");
  return how.throughFreezes === true ? null : frozenNow(deps, request);
}

export function onlySettings(request: Pick<Request, "plan">): boolean {
  return request.plan.changes.every((change) => change.kind === "setting");
}

async function frozenNow(deps: Deps, request: Request): Promise<Refusal | null> {
  const action = deps.verbs.get(request.invocation.verb);
  const now = deps.clock.now();
  const policy = await policyWithFreezes(deps, { verbKind: "change", places: [nowhere] });
  if (isRefusal(policy)) return policy;
  const inForce = policy.freezes.filter((freeze) => isInForce(freeze.window, now));
  if (action === undefined || inForce.length === 0) return null;
  // Freezes may be of groups: who cannot be known now is not let through.
  const person = await deps.people.person(request.requester.userId);
  if (isRefusal(person)) return person;
  const asked = { person, now, dryRun: false };
  const question = questionOfPlan(deps.clusters, { action, invocation: request.invocation }, request.plan, asked);
  const freeze = frozenBy({ ...policy, freezes: inForce }, question);
  return freeze === null ? null : refuse("frozen", `Frozen by ${freeze.name}: ${freeze.reason}`, "Type: freezes");
}

const nowhere = { cluster: "", environment: "", namespace: null, kind: "", name: "", labels: {} };
