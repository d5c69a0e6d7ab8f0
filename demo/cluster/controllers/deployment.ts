// The Deployment controller: from the old ReplicaSets to the new one within maxSurge and maxUnavailable.
import {
  asNumber,
  asObject,
  asObjects,
  asString,
  at,
  clone,
  ensureObject,
  type Json,
  type JsonObject,
} from "../json.ts";
import { type KubeObject, keyOf } from "../object.ts";
import {
  type Conditions,
  type ControllerContext,
  change,
  isPodActive,
  kindOf,
  MANAGER,
  now,
  nowMs,
  numberAt,
  owned,
  record,
  withCondition,
} from "./context.ts";
import {
  byAge,
  createReplicaSet,
  DESIRED,
  maxRevision,
  newReplicaSet,
  REVISION,
  revisionOf,
  sizeAnnotations,
  updateRevision,
} from "./deployment-revision.ts";
import { deadlineMs, deploymentStatus } from "./deployment-status.ts";

const RESOURCE = "apps/deployments";
const SETS = "apps/replicasets";

/** A number or a percentage of the replicas; surge rounds up, unavailable down, and both cannot be none. */
function fenceposts(deployment: KubeObject): { surge: number; unavailable: number } {
  const replicas = numberAt(deployment, "spec", "replicas");
  if (at(deployment, "spec", "strategy", "type") === "Recreate") return { surge: 0, unavailable: 0 };
  const rolling = at(deployment, "spec", "strategy", "rollingUpdate");
  const surge = portion(at(rolling, "maxSurge"), replicas, Math.ceil);
  const unavailable = portion(at(rolling, "maxUnavailable"), replicas, Math.floor);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

export function portion(value: Json | undefined, of: number, round: (value: number) => number): number {
  if (typeof value === "number") return value;
  return round((Number.parseInt(asString(value, "0"), 10) / 100) * of);
}

const size = (set: KubeObject): number => numberAt(set, "spec", "replicas");
const total = (sets: readonly KubeObject[]): number => sets.reduce((sum, set) => sum + size(set), 0);

class Turn {
  readonly context: ControllerContext;
  readonly deployment: KubeObject;
  readonly limits: { surge: number; unavailable: number };
  conditions: Conditions;

  constructor(context: ControllerContext, deployment: KubeObject) {
    this.context = context;
    this.deployment = deployment;
    this.limits = fenceposts(deployment);
    this.conditions = asObjects(at(deployment, "status", "conditions"));
  }

  get wanted(): number {
    return numberAt(this.deployment, "spec", "replicas");
  }

  sets(): readonly KubeObject[] {
    return owned(this.context, SETS, this.deployment);
  }

  note(reason: string, message: string): void {
    this.conditions = withCondition(
      this.conditions,
      { type: "Progressing", status: "True", reason, message },
      now(this.context),
    );
  }

  scale(set: KubeObject, replicas: number): KubeObject {
    const before = size(set);
    const annotations = sizeAnnotations({ replicas, desired: this.wanted, max: this.wanted + this.limits.surge });
    const scaled = change(this.context, SETS, set, (copy) => {
      ensureObject(copy, "spec").replicas = replicas;
      copy.metadata.annotations = { ...copy.metadata.annotations, ...annotations };
    });
    if (before !== replicas) this.#recordScaling(set, before, replicas);
    return scaled;
  }

  #recordScaling(set: KubeObject, before: number, after: number): void {
    const message = `Scaled ${after > before ? "up" : "down"} replica set ${set.metadata.name} from ${before} to ${after}`;
    record(this.context, this.deployment, {
      type: "Normal",
      reason: "ScalingReplicaSet",
      message,
      component: "deployment-controller",
    });
  }

  /** The new ReplicaSet, numbered; made when `create` says so. */
  ensureNew(create: "create" | "find"): KubeObject | undefined {
    const sets = this.sets();
    const existing = newReplicaSet(this.deployment, sets);
    const revision = maxRevision(sets.filter((set) => set !== existing)) + 1;
    if (existing !== undefined) {
      const updated = updateRevision(this.context, this.deployment, existing, Math.max(revision, revisionOf(existing)));
      if (!this.conditions.some((one) => one.type === "Progressing"))
        this.note("FoundNewReplicaSet", `Found new replica set "${updated.metadata.name}"`);
      return updated;
    }
    if (create === "find") return undefined;
    const replicas = this.newSize(undefined, sets);
    const sizes = { replicas, desired: this.wanted, max: this.wanted + this.limits.surge };
    const made = createReplicaSet(this.context, this.deployment, revision, sizes);
    this.note("NewReplicaSetCreated", `Created new replica set "${made.metadata.name}"`);
    if (replicas > 0) this.#recordScaling(made, 0, replicas);
    return made;
  }

  newSize(newSet: KubeObject | undefined, sets: readonly KubeObject[]): number {
    if (at(this.deployment, "spec", "strategy", "type") === "Recreate") return this.wanted;
    const current = newSet === undefined ? 0 : size(newSet);
    const room = this.wanted + this.limits.surge - total(sets);
    return room <= 0 ? current : current + Math.min(room, this.wanted - current);
  }
}

export function reconcileDeployment(context: ControllerContext, deployment: KubeObject): void {
  const turn = new Turn(context, deployment);
  if (deployment.metadata.deletionTimestamp === undefined) roll(turn);
  writeStatus(turn);
}

function roll(turn: Turn): void {
  const { deployment } = turn;
  notePause(turn);
  if (at(deployment, "spec", "paused") === true || wasResized(turn)) {
    const newSet = turn.ensureNew("find");
    resize(turn, newSet);
    return;
  }
  if (at(deployment, "spec", "strategy", "type") === "Recreate") recreate(turn);
  else rollOn(turn);
  cleanUp(turn);
}

function notePause(turn: Turn): void {
  const paused = at(turn.deployment, "spec", "paused") === true;
  const reason = asString(turn.conditions.find((one) => one.type === "Progressing")?.reason);
  if (reason === "ProgressDeadlineExceeded") return;
  const next = paused
    ? { reason: "DeploymentPaused", message: "Deployment is paused" }
    : { reason: "DeploymentResumed", message: "Deployment is resumed" };
  if (paused === (reason === "DeploymentPaused")) return;
  turn.conditions = withCondition(
    turn.conditions,
    { type: "Progressing", status: "Unknown", ...next },
    now(turn.context),
  );
}

function wasResized(turn: Turn): boolean {
  return turn.sets().some((set) => {
    const desired = set.metadata.annotations?.[DESIRED];
    return size(set) > 0 && desired !== undefined && Number(desired) !== turn.wanted;
  });
}

/** Scaling alone: the only active ReplicaSet takes it all, several share it in proportion. */
function resize(turn: Turn, newSet: KubeObject | undefined): void {
  const active = turn.sets().filter((set) => size(set) > 0);
  const [only] = active;
  if (active.length <= 1) {
    const target = only ?? newSet;
    if (
      target !== undefined &&
      (size(target) !== turn.wanted || target.metadata.annotations?.[DESIRED] !== String(turn.wanted))
    )
      turn.scale(target, turn.wanted);
    return;
  }
  const allowed = turn.wanted > 0 ? turn.wanted + turn.limits.surge : 0;
  let left = allowed - total(active);
  const before = total(active);
  const ordered = [...byAge(active)].sort((a, b) => size(b) - size(a));
  ordered.forEach((set, index) => {
    const share =
      index === ordered.length - 1 ? left : Math.trunc(((allowed - before) * size(set)) / Math.max(1, before));
    const taken = Math.max(-size(set), Math.abs(share) > Math.abs(left) ? left : share);
    left -= taken;
    turn.scale(set, size(set) + taken);
  });
}

function recreate(turn: Turn): void {
  const newSet = newReplicaSet(turn.deployment, turn.sets());
  const old = turn.sets().filter((set) => set.metadata.name !== newSet?.metadata.name);
  for (const set of old) if (size(set) > 0) turn.scale(set, 0);
  const isOldRunning = old.some((set) =>
    owned(turn.context, "/pods", set).some((pod) => isPodActive(pod) || pod.metadata.deletionTimestamp !== undefined),
  );
  if (isOldRunning) return;
  const made = turn.ensureNew("create");
  if (made !== undefined && size(made) !== turn.wanted) turn.scale(made, turn.wanted);
}

function rollOn(turn: Turn): void {
  const newSet = turn.ensureNew("create");
  if (newSet === undefined) return;
  const wantedSize = size(newSet) > turn.wanted ? turn.wanted : turn.newSize(newSet, turn.sets());
  if (wantedSize !== size(newSet)) {
    turn.scale(newSet, wantedSize);
    return;
  }
  shrinkOld(turn, newSet);
}

/** Source: pkg/controller/deployment/rolling.go, reconcileOldReplicaSets. */
function shrinkOld(turn: Turn, newSet: KubeObject): void {
  const sets = turn.sets();
  const old = byAge(sets.filter((set) => set.metadata.name !== newSet.metadata.name && size(set) > 0));
  if (old.length === 0) return;
  const minAvailable = turn.wanted - turn.limits.unavailable;
  const newUnavailable = size(newSet) - numberAt(newSet, "status", "availableReplicas");
  let spare = total(sets) - minAvailable - newUnavailable;
  if (spare <= 0) return;
  const sizes = new Map(old.map((set) => [set.metadata.name, size(set)]));
  for (const set of old) {
    const unhealthy = size(set) - numberAt(set, "status", "availableReplicas");
    const cut = Math.min(spare, unhealthy);
    if (cut <= 0) continue;
    spare -= cut;
    sizes.set(set.metadata.name, size(set) - cut);
  }
  let surplus = sets.reduce((sum, set) => sum + numberAt(set, "status", "availableReplicas"), 0) - minAvailable;
  for (const set of old) {
    const left = sizes.get(set.metadata.name) ?? 0;
    const cut = Math.min(Math.max(0, surplus), left);
    surplus -= cut;
    if (left - cut !== size(set)) turn.scale(set, left - cut);
  }
}

/** Deletes the oldest empty ReplicaSets beyond revisionHistoryLimit, once the rollout is complete. */
function cleanUp(turn: Turn): void {
  const newSet = newReplicaSet(turn.deployment, turn.sets());
  const isDone =
    newSet !== undefined &&
    numberAt(newSet, "status", "availableReplicas") === turn.wanted &&
    total(turn.sets()) === turn.wanted;
  if (!isDone) return;
  const empty = turn
    .sets()
    .filter(
      (set) =>
        set.metadata.name !== newSet.metadata.name && size(set) === 0 && numberAt(set, "status", "replicas") === 0,
    );
  const limit = asNumber(at(turn.deployment, "spec", "revisionHistoryLimit"), 10);
  const spare = [...empty]
    .sort((left, right) => revisionOf(left) - revisionOf(right))
    .slice(0, Math.max(0, empty.length - limit));
  for (const set of spare) turn.context.registry.delete(kindOf(turn.context, SETS), keyOf(set), {});
}

function writeStatus(turn: Turn): void {
  const { context, deployment } = turn;
  const sets = turn.sets();
  const newSet = newReplicaSet(deployment, sets);
  const rollout = {
    deployment,
    sets,
    newSet,
    maxUnavailable: turn.limits.unavailable,
    nowMs: nowMs(context),
    time: now(context),
  };
  const status: JsonObject = deploymentStatus(rollout, turn.conditions);
  const revision = newSet === undefined ? undefined : newSet.metadata.annotations?.[REVISION];
  const options = { manager: MANAGER, subresource: "status" };
  const written = context.registry.update(kindOf(context, RESOURCE), keyOf(deployment), options, (current) => {
    const next = clone(current);
    if (revision !== undefined) next.metadata.annotations = { ...next.metadata.annotations, [REVISION]: revision };
    return { ...next, status: asObject(status) };
  });
  const deadline = deadlineMs(written);
  if (deadline !== undefined) context.again(RESOURCE, keyOf(written), Math.max(1, deadline - nowMs(context)));
}
