// Pod specs inside an object: of pods, of everything with a template, and of kinds that nobody here has heard of.
import { at, isJsonObject, type Json, type JsonObject, listAt, mapAt } from "../../core/json.ts";
import type { PreviewedChange } from "../../core/plan.ts";
import { sameJson } from "./fact.ts";

export interface PodSpec {
  /** Where it stands, e.g. `spec.template.spec`. */
  readonly path: readonly (string | number)[];
  readonly spec: JsonObject;
  /** Of the template or the pod: older security settings are annotations. */
  readonly annotations: JsonObject;
}

/** Deeper than any pod template of a known kind; CronJob's is at 5. */
const maxDepth = 12;

/** Every map that has a list of containers: nothing else in Kubernetes looks like this. */
export function podSpecsOf(object: JsonObject | null): readonly PodSpec[] {
  const found: PodSpec[] = [];
  if (object !== null) collect(object, [], {}, found);
  return found;
}

/** Pod specs that the change creates or alters, metadata of the template included: a restart alters it, a scaling does not. */
export function changedPodSpecs(change: PreviewedChange): readonly PodSpec[] {
  const before = podSpecsOf(change.before);
  return podSpecsOf(change.after).filter((spec) => {
    const old = before.find((candidate) => candidate.path.join("/") === spec.path.join("/"));
    return old === undefined || !sameJson(around(change.before, spec), around(change.after, spec));
  });
}

/** The whole template, or for a pod its spec: an annotation on a pod restarts nothing. */
function around(object: JsonObject | null, { path }: PodSpec): Json | undefined {
  const isPod = path.length === 1;
  return at(object ?? undefined, ...(isPod ? path : path.slice(0, -1)));
}

export interface Container {
  readonly name: string;
  readonly container: JsonObject;
}

/** Containers, init containers and ephemeral containers. */
export function containersOf({ spec }: PodSpec): readonly Container[] {
  const kinds = ["containers", "initContainers", "ephemeralContainers"] as const;
  return kinds.flatMap((kind) =>
    listAt(spec, kind)
      .filter(isJsonObject)
      .map((container) => ({ name: typeof container.name === "string" ? container.name : "?", container })),
  );
}

function collect(value: Json, path: readonly (string | number)[], holder: JsonObject, found: PodSpec[]): void {
  if (path.length > maxDepth) return;
  if (Array.isArray(value)) {
    for (const [index, item] of (value as readonly Json[]).entries()) collect(item, [...path, index], {}, found);
    return;
  }
  if (!isJsonObject(value)) return;
  const containers = listAt(value, "containers");
  if (containers.some(isJsonObject)) {
    found.push({ path, spec: value, annotations: mapAt(holder, "metadata", "annotations") });
    return;
  }
  for (const [key, item] of Object.entries(value)) collect(item, [...path, key], value, found);
}
