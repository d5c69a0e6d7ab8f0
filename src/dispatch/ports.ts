// The ports of verbs that are made of dispatch's own parts: requests, policy, catalogue.
import { explain } from "../approvals/explain.ts";
import { mayEver } from "../approvals/may-ever.ts";
import { demandWords } from "../approvals/may-vote.ts";
import { needWords } from "../approvals/needed.ts";
import { opensAt, opensWords } from "../approvals/opens-at.ts";
import type { AnyAction } from "../core/action.ts";
import { isJsonObject, numberAt, textAt } from "../core/json.ts";
import type { Person } from "../core/person.ts";
import type { Decision } from "../core/policy.ts";
import type { Ports } from "../core/ports/index.ts";
import type { PolicyView, Requests } from "../core/ports/requests.ts";
import { isRefusal, type Refusal } from "../core/refusal.ts";
import { isOver, type Request } from "../core/request.ts";
import { roleOf } from "../core/role.ts";
import { grantsPort } from "./access/port.ts";
import { breakGlassPort } from "./break-glass.ts";
import { decideAgain } from "./decide-again.ts";
import { decideNow } from "./decide-now.ts";
import { delegationsPort } from "./delegations.ts";
import type { Deps } from "./deps.ts";
import { freezesPort } from "./freezes.ts";
import { couldCountersign, waitingOf } from "./standings.ts";
import { transition } from "./transition.ts";
import { entryOf } from "./usage.ts";
import { stopWatching, type Watchers } from "./verify.ts";

/** What a verb is handed that this person asks for: the clusters are the person's, so no verb could act as anybody else. */
export type PortsFor = (person: Person, action: Pick<AnyAction, "kind" | "name">) => Ports;

export function actionPorts(deps: Deps, watchers: Watchers): PortsFor {
  const { clock, manifests, people, onCall, audit, identity, policyFile, health } = deps;
  const catalogue = { verbs: [...deps.verbs.values()].map(entryOf) };
  const shared = {
    clock,
    manifests,
    people,
    onCall,
    delegations: delegationsPort(deps),
    audit,
    identity,
    health,
    policyFile,
    catalogue,
    policy: policyView(deps),
    requests: requestsPort(deps, watchers),
    freezes: freezesPort(deps),
    breakGlass: breakGlassPort(deps),
  };
  const portsFor: PortsFor = (person, { kind, name }) => {
    const role = kind === "change" ? roleOf(name) : null;
    return {
      ...shared,
      grants: grantsPort(deps, () => ({ deps, portsFor, watchers })),
      clusters: deps.clusters.as({ kind: "person", person, role }),
    };
  };
  return portsFor;
}

function policyView(deps: Deps): PolicyView {
  return {
    decide: (question) => decideNow(deps, question),
    explain: (decision) => explain(decision),
    opens(question) {
      const opens = opensAt(deps.policy(), question);
      return opens === null ? null : opensWords(opens, question.now);
    },
    couldCountersign: (requirement, asker) => couldCountersign(deps.people, requirement, asker),
    mayEver: (verb, verbKind, person) => mayEver(deps.policy(), verb, verbKind, person),
  };
}

/** What it needs and why; what is decided today is said beside it only where it is something else, and while it matters. */
function becauseLines(request: Request, decision: Decision | Refusal): readonly string[] {
  const { requirement, rules } = request;
  const over = isOver(request);
  const needs = over ? "It needed" : "It needs";
  const need =
    requirement === null
      ? [`${needs} no approvals.`]
      : [`${needs} ${needWords(requirement.need)}.`, ...(over ? [] : demandWords(requirement))];
  if (isRefusal(decision)) return over ? need : [...need, decision.message];
  const [headline = "", ...tree] = explain(decision, { rules: "deciding" });
  if (requirement === null) return over ? need : [...need, headline, ...tree];
  const isTheSame =
    decision.kind === "approvals" &&
    needWords(decision.requirement.need) === needWords(requirement.need) &&
    decision.rules.join() === rules.join();
  if (isTheSame) return [...need, ...tree];
  return over ? need : [...need, `By the policy of now: ${headline}`, ...tree];
}

function requestsPort(deps: Deps, watchers: Watchers): Requests {
  return {
    get: (id) => deps.store.requests.get(id),
    pruned: (id) => deps.store.requests.pruned(id),
    list: (filter) => deps.store.requests.list(filter),
    async standing(request) {
      const waiting = await waitingOf(deps.people, request);
      const decision = await decideAgain(deps, request, request.plan);
      return { ...waiting, because: becauseLines(request, decision).join("\n") };
    },
    async cancel(id, by, reason) {
      const cancelled = await transition(deps, id, { kind: "cancel", by, reason });
      if (!isRefusal(cancelled)) stopWatching(watchers, id);
      return cancelled;
    },
    async halted() {
      const value = await deps.store.settings.get("halted");
      if (!isJsonObject(value)) return null;
      return { by: textAt(value, "by"), at: numberAt(value, 0, "at"), reason: textAt(value, "reason") };
    },
  };
}
