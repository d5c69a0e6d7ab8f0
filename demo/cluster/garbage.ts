// Garbage collection: what happens to the objects that name a deleted one as their owner, and to a namespace's content.
import { asObjects, asString, clone } from "./json.ts";
import type { Kind } from "./kinds.ts";
import { type KubeObject, keyOf } from "./object.ts";
import type { Registry } from "./registry.ts";
import type { DeleteOptions } from "./write-rules.ts";

function* dependents(registry: Registry, uid: string): Generator<{ kind: Kind; object: KubeObject }> {
  for (const resource of registry.storage.resources()) {
    const kind = registry.kinds.storedAs(resource);
    if (kind === undefined) continue;
    for (const object of registry.storage.list(resource))
      if (asObjects(object.metadata.ownerReferences).some((owner) => owner.uid === uid)) yield { kind, object };
  }
}

/** Called when the owner is gone: deletes, or with Orphan frees, what belonged to it, on the next turn of the clock. */
export function collectDependents(
  registry: Registry,
  owner: KubeObject,
  propagation: DeleteOptions["propagation"],
): void {
  const uid = owner.metadata.uid ?? "";
  registry.timeline.after(0, () => {
    for (const { kind, object } of [...dependents(registry, uid)]) {
      if (propagation === "Orphan") orphan(registry, kind, object, uid);
      else registry.delete(kind, keyOf(object), {});
    }
  });
}

function orphan(registry: Registry, kind: Kind, object: KubeObject, uid: string): void {
  registry.update(kind, keyOf(object), { manager: "kube-controller-manager" }, (current) => {
    const next = clone(current);
    next.metadata.ownerReferences = asObjects(next.metadata.ownerReferences).filter((one) => one.uid !== uid);
    return next;
  });
}

/** Works off foreground deletions and orphaning: called after every change of an object that is being deleted. */
export function finishDeletion(registry: Registry, kind: Kind, object: KubeObject): void {
  const finalizers = object.metadata.finalizers ?? [];
  const uid = object.metadata.uid ?? "";
  if (finalizers.includes("orphan")) {
    for (const found of [...dependents(registry, uid)]) orphan(registry, found.kind, found.object, uid);
    withoutFinalizer(registry, kind, object, "orphan");
  } else if (finalizers.includes("foregroundDeletion")) {
    const blocking = [...dependents(registry, uid)];
    for (const found of blocking)
      if (found.object.metadata.deletionTimestamp === undefined)
        registry.delete(found.kind, keyOf(found.object), { propagation: "Foreground" });
    if ([...dependents(registry, uid)].length === 0) withoutFinalizer(registry, kind, object, "foregroundDeletion");
  } else if (kind.storedAs === "/namespaces") {
    emptyNamespace(registry, object);
  }
}

function withoutFinalizer(registry: Registry, kind: Kind, object: KubeObject, finalizer: string): void {
  registry.update(kind, keyOf(object), { manager: "kube-controller-manager" }, (current) => {
    const next = clone(current);
    next.metadata.finalizers = (next.metadata.finalizers ?? []).filter((one) => one !== finalizer);
    return next;
  });
}

function emptyNamespace(registry: Registry, namespace: KubeObject): void {
  let left = 0;
  for (const resource of registry.storage.resources()) {
    const kind = registry.kinds.storedAs(resource);
    if (kind?.namespaced !== true) continue;
    for (const object of registry.storage.list(resource, namespace.metadata.name)) {
      if (object.metadata.deletionTimestamp === undefined) registry.delete(kind, keyOf(object), {});
      if (registry.storage.get(resource, keyOf(object)) !== undefined) left += 1;
    }
  }
  if (left === 0 && asString(namespace.metadata.uid) !== "")
    registry.storage.remove("/namespaces", { namespace: "", name: namespace.metadata.name });
}
