// What is asked of the policy: about a plan with all its objects, or about the scope of a read.

import { placesOf } from "../commands/parts/places.ts";
import type { AnyAction } from "../core/action.ts";
import { canonicalJson } from "../core/digest.ts";
import { at } from "../core/json.ts";
import { type KubeObject, labelsOf, type ObjectRef } from "../core/kube.ts";
import type { Target } from "../core/params.ts";
import type { Person } from "../core/person.ts";
import type { Invocation, MembershipChange, Plan, PreviewedChange } from "../core/plan.ts";
import { askerOf, type Place, type Question } from "../core/policy.ts";
import type { Clusters } from "../core/ports/clusters.ts";
import type { Invoked } from "./invoke.ts";

/** What of an invocation is asked about: a stored one has no more, when its verb is gone. */
export interface Verb {
  readonly action: Pick<AnyAction, "name" | "kind" | "params">;
  readonly invocation: Invocation;
}

export interface Asked {
  readonly person: Person;
  readonly now: number;
  readonly dryRun: boolean;
  readonly reason?: string | null;
}

export function questionOfPlan(clusters: Clusters, invoked: Verb, plan: Plan, asked: Asked): Question {
  const grantedIn = plan.access?.credential === "token" ? placeOfBinding(plan) : undefined;
  const places = plan.changes.flatMap((change): Place[] => {
    if (change.kind === "setting") return [];
    if (change.kind === "membership") return [membershipPlace(change)];
    const object = grantedIn === undefined ? change.object : { ...change.object, namespace: grantedIn };
    const known = { ...placeOf(clusters, object), operation: change.operation, ...replicasOf(change) };
    return labelSets(change).map((labels) => ({ ...known, labels }));
  });
  const decided = plan.decidedAs === undefined ? invoked : { ...invoked, invocation: plan.decidedAs };
  return {
    ...base(decided, asked),
    verb: decided.invocation.verb,
    places,
    risks: [...new Set(plan.risks.map((risk) => risk.kind))],
  };
}

/** What a grant gives, it gives where its binding stands: nobody writes rules or freezes for where accounts happen to be kept. */
function placeOfBinding({ changes }: Plan): string | null | undefined {
  const last = changes.at(-1);
  return last?.kind === "object" ? last.object.namespace : undefined;
}

/** In no cluster and no environment: only a rule that asks for neither lets it be, such as one about the verb or the kind. */
function membershipPlace({ target, role }: MembershipChange): Place {
  return { cluster: target, environment: "", namespace: null, kind: "membership", name: role, labels: {} };
}

/** `looked`: what the verb itself says that it looks at; null where its targets and flags say it. */
export function questionOfRead(
  clusters: Clusters,
  invoked: Invoked,
  asked: Asked,
  looked: readonly Target[] | null = null,
): Question {
  const targets = looked ?? Object.values(invoked.targets);
  const named = targets.flatMap((target) => placesOf(clusters, target));
  const { cluster, namespace } = invoked.invocation.args;
  const places =
    named.length > 0 || cluster === undefined
      ? named
      : placesOf(
          clusters,
          namespace === undefined ? { kind: "cluster", cluster } : { kind: "namespace", cluster, namespace },
        );
  return { ...base(invoked, asked), places, risks: [] };
}

function base(invoked: Verb, asked: Asked): Omit<Question, "places" | "risks"> {
  const { person, now, dryRun, reason } = asked;
  return {
    verb: invoked.action.name,
    verbKind: invoked.action.kind,
    args: withoutDocuments(invoked),
    who: askerOf(person),
    dryRun,
    now,
    ...(reason === undefined ? {} : { reason }),
  };
}

/**
 * No rule looks into a manifest's text: what it would do stands in the places and the risk facts. Nor into what a form brings,
 * which may hold a right.
 */
function withoutDocuments({ action, invocation }: Verb): Question["args"] {
  const isSaid = (name: string) => !["document", "field"].includes(action.params[name]?.place ?? "");
  return Object.fromEntries(Object.entries(invocation.args).filter(([name]) => isSaid(name)));
}

function placeOf(clusters: Clusters, object: ObjectRef): Omit<Place, "labels"> {
  const kind = object.kind.group === "" ? object.kind.singular : `${object.kind.singular}.${object.kind.group}`;
  const environment = clusters.get(object.cluster)?.info.environment ?? "";
  return { cluster: object.cluster, environment, namespace: object.namespace, kind, name: object.name };
}

/** What asks for pods: a workload, an autoscaler by its most, a job by how many run at once. What is gone asks for none. */
function replicasOf({
  before,
  after,
}: {
  readonly before: KubeObject | null;
  readonly after: KubeObject | null;
}): Pick<Place, "replicas"> {
  const [first, then] = [podsOf(before), podsOf(after)];
  if (first === null && then === null) return {};
  return { replicas: { before: first ?? 0, after: then ?? 0 } };
}

function podsOf(object: KubeObject | null): number | null {
  const counts = ["replicas", "maxReplicas", "parallelism"].map((field) => at(object ?? undefined, "spec", field));
  const found = counts.filter((count) => typeof count === "number" && Number.isFinite(count));
  return found.length === 0 ? null : Math.max(...found.map(Number));
}

/**
 * Labels before and after both count, also where there are none: a change can neither shed nor gain a rule by relabelling. A part
 * of an object, such as its scale, shows no labels: then the change says which the object has.
 */
function labelSets({ labels, before, after }: PreviewedChange): readonly Record<string, string>[] {
  if (labels !== undefined) return [{ ...labels }];
  const states = [before, after].filter((object) => object !== null);
  const sets = states.length === 0 ? [{}] : states.map(labelsOf);
  return [...new Map(sets.map((one) => [canonicalJson(one), one])).values()];
}
