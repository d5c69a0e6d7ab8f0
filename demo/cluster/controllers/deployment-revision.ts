// Revisions of a Deployment: which ReplicaSet is the new one, its number, and what annotations it carries.

import { templateHash } from "../identity.ts";
import { asNumber, asObject, asString, asStrings, at, clone, ensureObject, equal, type JsonObject } from "../json.ts";
import { controllerReference, type KubeObject } from "../object.ts";
import { type ControllerContext, change, kindOf, MANAGER, specOf } from "./context.ts";

export const REVISION = "deployment.kubernetes.io/revision";
const HISTORY = "deployment.kubernetes.io/revision-history";
export const DESIRED = "deployment.kubernetes.io/desired-replicas";
const MAX = "deployment.kubernetes.io/max-replicas";
const HASH = "pod-template-hash";

/** Annotations that stay with the Deployment (pkg/controller/deployment/util, annotationsToSkip). */
const KEPT_BACK = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  REVISION,
  HISTORY,
  DESIRED,
  MAX,
  "deprecated.deployment.rollback.to",
]);

const RESOURCE = "apps/replicasets";

export const revisionOf = (object: KubeObject): number => Number(object.metadata.annotations?.[REVISION] ?? "0");

function templateWithoutHash(object: KubeObject): JsonObject {
  const template = clone(asObject(specOf(object).template));
  const labels = asObject(at(template, "metadata", "labels"));
  delete labels[HASH];
  return template;
}

/** The oldest ReplicaSet with the Deployment's template. */
export function newReplicaSet(deployment: KubeObject, sets: readonly KubeObject[]): KubeObject | undefined {
  const template = templateWithoutHash(deployment);
  return byAge(sets).find((set) => equal(templateWithoutHash(set), template));
}

export function byAge(sets: readonly KubeObject[]): readonly KubeObject[] {
  const rank = (set: KubeObject): string => `${set.metadata.creationTimestamp ?? ""}/${set.metadata.name}`;
  return [...sets].sort((left, right) => (rank(left) < rank(right) ? -1 : 1));
}

export function maxRevision(sets: readonly KubeObject[]): number {
  return sets.reduce((most, set) => Math.max(most, revisionOf(set)), 0);
}

/** The annotations a new ReplicaSet should carry, given those it has. */
function annotationsFor(
  deployment: KubeObject,
  current: Readonly<Record<string, string>>,
  revision: number,
): Record<string, string> {
  const out: Record<string, string> = { ...current };
  for (const [key, value] of Object.entries(deployment.metadata.annotations ?? {}))
    if (!KEPT_BACK.has(key)) out[key] = value;
  const before = Number(current[REVISION] ?? "0");
  if (before >= revision) return out;
  out[REVISION] = String(revision);
  if (before > 0)
    out[HISTORY] = [current[HISTORY], String(before)].filter((one) => one !== undefined && one !== "").join(",");
  return out;
}

export interface Sizes {
  readonly replicas: number;
  readonly desired: number;
  readonly max: number;
}

export const sizeAnnotations = (sizes: Sizes): Record<string, string> => ({
  [DESIRED]: String(sizes.desired),
  [MAX]: String(sizes.max),
});

/** Brings the annotations of the existing new ReplicaSet up to date. */
export function updateRevision(
  context: ControllerContext,
  deployment: KubeObject,
  set: KubeObject,
  revision: number,
): KubeObject {
  const annotations = annotationsFor(deployment, set.metadata.annotations ?? {}, revision);
  const minReady = asNumber(at(deployment, "spec", "minReadySeconds"));
  return change(context, RESOURCE, set, (copy) => {
    copy.metadata.annotations = annotations;
    if (minReady > 0) ensureObject(copy, "spec").minReadySeconds = minReady;
    else delete ensureObject(copy, "spec").minReadySeconds;
  });
}

export function createReplicaSet(
  context: ControllerContext,
  deployment: KubeObject,
  revision: number,
  sizes: Sizes,
): KubeObject {
  const template = templateWithoutHash(deployment);
  const collision = asNumber(at(deployment, "status", "collisionCount"));
  const hash = templateHash({ template, collision });
  const labels = { ...asStrings(at(template, "metadata", "labels")), [HASH]: hash };
  ensureObject(template, "metadata").labels = labels;
  const selector = clone(asObject(at(deployment, "spec", "selector")));
  selector.matchLabels = { ...asObject(selector.matchLabels), [HASH]: hash };
  const minReady = asNumber(at(deployment, "spec", "minReadySeconds"));
  const body = {
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      namespace: deployment.metadata.namespace,
      labels,
      annotations: { ...annotationsFor(deployment, {}, revision), ...sizeAnnotations(sizes) },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: { replicas: sizes.replicas, selector, template, ...(minReady > 0 ? { minReadySeconds: minReady } : {}) },
  };
  return context.registry.create(kindOf(context, RESOURCE), asString(deployment.metadata.namespace), body, {
    manager: MANAGER,
  });
}
