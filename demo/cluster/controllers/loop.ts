// Runs the controllers: every change of an object puts it, and what controls it, in a queue that the clock works off.

import { finishDeletion } from "../garbage.ts";
import { asObjects, asString, at } from "../json.ts";
import { controllerOf, type KubeObject, keyOf, type ObjectKey } from "../object.ts";
import { Kubelet } from "../pods/kubelet.ts";
import { schedule } from "../pods/scheduler.ts";
import { kindsOf } from "../schema/custom.ts";
import { ApiError } from "../status.ts";
import type { StoreEvent } from "../storage.ts";
import { reconcileAutoscaler } from "./autoscaler.ts";
import type { ControllerContext } from "./context.ts";
import { reconcileDaemonSet } from "./daemon-set.ts";
import { establishDefinition } from "./definition.ts";
import { reconcileDeployment } from "./deployment.ts";
import { reconcileBudget } from "./disruption-budget.ts";
import { reconcileJob } from "./job.ts";
import { furnishNamespace } from "./namespace.ts";
import { reconcileReplicaSet } from "./replica-set.ts";
import { reconcileService } from "./service.ts";
import { reconcileStatefulSet } from "./stateful-set.ts";

type Reconcile = (context: ControllerContext, object: KubeObject) => void;

const CONTROLLERS: Readonly<Record<string, Reconcile>> = {
  "apps/deployments": reconcileDeployment,
  "apps/replicasets": reconcileReplicaSet,
  "apps/statefulsets": reconcileStatefulSet,
  "apps/daemonsets": reconcileDaemonSet,
  "batch/jobs": reconcileJob,
  "/services": reconcileService,
  "/namespaces": furnishNamespace,
  "policy/poddisruptionbudgets": reconcileBudget,
  "autoscaling/horizontalpodautoscalers": reconcileAutoscaler,
  "apiextensions.k8s.io/customresourcedefinitions": establishDefinition,
};

const OWNERS: Readonly<Record<string, string>> = {
  Deployment: "apps/deployments",
  ReplicaSet: "apps/replicasets",
  StatefulSet: "apps/statefulsets",
  DaemonSet: "apps/daemonsets",
  Job: "batch/jobs",
};

export class ControllerLoop {
  readonly #context: ControllerContext;
  readonly #kubelet: Kubelet;
  readonly #queue = new Map<string, { readonly resource: string; readonly key: ObjectKey }>();
  readonly #stop: () => void;
  #isDue = false;

  constructor(parts: Omit<ControllerContext, "again">) {
    this.#context = {
      ...parts,
      again: (resource, key, delayMs) =>
        void parts.registry.timeline.after(delayMs, () => this.#enqueue(resource, key)),
    };
    this.#kubelet = new Kubelet(this.#context);
    const { storage } = parts.registry;
    this.#stop = storage.onChange((event) => this.#notice(event));
    for (const resource of storage.resources())
      for (const object of storage.list(resource)) this.#enqueueFor(resource, object);
  }

  stop(): void {
    this.#stop();
  }

  #notice(event: StoreEvent): void {
    if (event.resource === "/events") return;
    if (event.resource === "apiextensions.k8s.io/customresourcedefinitions") this.#serveDefinitions();
    if (event.resource === "/pods" && event.type === "DELETED") this.#kubelet.forget(event.object.metadata.uid ?? "");
    this.#enqueueFor(event.resource, event.object);
  }

  /** Custom kinds are served from the moment their definition is stored. */
  #serveDefinitions(): void {
    const { storage, kinds } = this.#context.registry;
    kinds.setCustom(storage.list("apiextensions.k8s.io/customresourcedefinitions").flatMap(kindsOf));
  }

  #enqueueFor(resource: string, object: KubeObject): void {
    this.#enqueue(resource, keyOf(object));
    const owner = controllerOf(object);
    const ownerResource = OWNERS[asString(owner?.kind)];
    if (owner !== undefined && ownerResource !== undefined)
      this.#enqueue(ownerResource, { namespace: object.metadata.namespace ?? "", name: asString(owner.name) });
    if (resource === "/pods") this.#enqueueAll(["/services", "policy/poddisruptionbudgets"], object.metadata.namespace);
    if (resource === "/nodes") this.#enqueueUnscheduled();
    if (resource === "apps/deployments" || resource === "apps/statefulsets")
      this.#enqueueAll(["autoscaling/horizontalpodautoscalers"], object.metadata.namespace);
    for (const reference of asObjects(object.metadata.ownerReferences)) this.#wakeWaitingOwner(asString(reference.uid));
    if (object.metadata.namespace !== undefined) this.#wakeWaitingNamespace(object.metadata.namespace);
  }

  #wakeWaitingOwner(uid: string): void {
    const owner = this.#context.registry.storage.leaving(uid);
    if (owner !== undefined) this.#enqueue(owner.resource, owner.key);
  }

  #wakeWaitingNamespace(name: string): void {
    const key = { namespace: "", name };
    const namespace = this.#context.registry.storage.get("/namespaces", key);
    if (namespace?.metadata.deletionTimestamp !== undefined) this.#enqueue("/namespaces", key);
  }

  #enqueueAll(resources: readonly string[], namespace: string | undefined): void {
    for (const resource of resources)
      for (const object of this.#context.registry.storage.list(resource, namespace ?? ""))
        this.#enqueue(resource, keyOf(object));
  }

  #enqueueUnscheduled(): void {
    for (const pod of this.#context.registry.storage.list("/pods"))
      if (asString(at(pod, "spec", "nodeName")) === "") this.#enqueue("/pods", keyOf(pod));
    for (const set of this.#context.registry.storage.list("apps/daemonsets"))
      this.#enqueue("apps/daemonsets", keyOf(set));
  }

  #enqueue(resource: string, key: ObjectKey): void {
    this.#queue.set(`${resource} ${key.namespace}/${key.name}`, { resource, key });
    if (this.#isDue) return;
    this.#isDue = true;
    this.#context.registry.timeline.after(0, () => this.#drain());
  }

  #drain(): void {
    this.#isDue = false;
    const due = [...this.#queue.values()];
    this.#queue.clear();
    for (const { resource, key } of due) this.#reconcile(resource, key);
  }

  #reconcile(resource: string, key: ObjectKey): void {
    const object = this.#context.registry.storage.get(resource, key);
    if (object === undefined) return;
    try {
      if (resource === "/pods") this.#pod(object);
      CONTROLLERS[resource]?.(this.#context, object);
      const kind = this.#context.registry.kinds.storedAs(resource);
      const current = this.#context.registry.storage.get(resource, key);
      if (kind !== undefined && current?.metadata.deletionTimestamp !== undefined)
        finishDeletion(this.#context.registry, kind, current);
    } catch (error) {
      // A namespace that is going away, or an object that went meanwhile, refuses a controller as it would anybody.
      if (!(error instanceof ApiError)) throw error;
    }
  }

  #pod(pod: KubeObject): void {
    if (asString(at(pod, "spec", "nodeName")) !== "") this.#kubelet.notice(pod);
    else if (pod.metadata.deletionTimestamp === undefined) schedule(this.#context, pod);
  }
}
