// ControllerRevisions of StatefulSets and DaemonSets: one per template, numbered, the oldest beyond the limit deleted.
import { templateHash } from "../identity.ts";
import { asNumber, asObject, at, clone, equal, type Json, type JsonObject } from "../json.ts";
import { controllerReference, type KubeObject, keyOf } from "../object.ts";
import { type ControllerContext, change, kindOf, MANAGER, owned, specOf } from "./context.ts";

const RESOURCE = "apps/controllerrevisions";

/** The patch that a rollback sends verbatim (pkg/controller/daemon/update.go, getPatch). */
function dataOf(set: KubeObject): JsonObject {
  return { spec: { template: { ...clone(asObject(specOf(set).template)), $patch: "replace" } } };
}

const numberOf = (revision: KubeObject): number => asNumber(revision.revision);

export function revisionsOf(context: ControllerContext, set: KubeObject): readonly KubeObject[] {
  return [...owned(context, RESOURCE, set)].sort((left, right) => numberOf(left) - numberOf(right));
}

/** The revision of the set's template: found again and numbered last, or made. */
export function currentRevision(
  context: ControllerContext,
  set: KubeObject,
  label: (hash: string, name: string) => string,
): KubeObject {
  const all = revisionsOf(context, set);
  const data = dataOf(set);
  const last = all.at(-1);
  const found = all.find((one) => equal(one.data, data));
  if (found !== undefined && found === last) return found;
  const next = numberOf(last ?? ({} as KubeObject)) + 1;
  if (found !== undefined)
    return change(context, RESOURCE, found, (copy) => {
      copy.revision = next;
    });
  const hash = templateHash(data as Json);
  const name = `${set.metadata.name}-${hash}`;
  const labels = {
    ...asObject(at(set, "spec", "template", "metadata", "labels")),
    "controller-revision-hash": label(hash, name),
  };
  const annotations = set.metadata.annotations ?? {};
  const body = {
    metadata: { name, labels, annotations, ownerReferences: [controllerReference(set)] },
    data,
    revision: next,
  };
  return context.registry.create(kindOf(context, RESOURCE), set.metadata.namespace ?? "", body, { manager: MANAGER });
}

/** Deletes the oldest revisions beyond revisionHistoryLimit that no pod runs. */
export function trimRevisions(context: ControllerContext, set: KubeObject, inUse: ReadonlySet<string>): void {
  const spare = revisionsOf(context, set).filter((one) => !inUse.has(one.metadata.name));
  const limit = asNumber(at(set, "spec", "revisionHistoryLimit"), 10);
  for (const revision of spare.slice(0, Math.max(0, spare.length - limit)))
    context.registry.delete(kindOf(context, RESOURCE), keyOf(revision), {});
}
