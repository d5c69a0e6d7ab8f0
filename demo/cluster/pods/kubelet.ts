// The kubelet of every node: pulls, starts, probes, restarts and ends the containers of the pods bound to it.
import { type ControllerContext, kindOf, now, nowMs, record, specOf, type Trouble } from "../controllers/context.ts";
import { asNumber, asObject, asObjects, asString, at, type JsonObject } from "../json.ts";
import { type KubeObject, keyOf, type ObjectKey } from "../object.ts";
import { crashLines, finishedLines, oomLines, type Speaker, startLines, workLine } from "./log-lines.ts";
import { type ContainerLife, type Ending, podStatus } from "./pod-status.ts";

const RESOURCE = "/pods";
const WORK_LINE_EVERY_MS = 15_000;

interface Running {
  readonly key: ObjectKey;
  readonly uid: string;
  life: ContainerLife;
  startTime: string;
  isEnding: boolean;
}

/** Follows every pod by its uid; what it knows is made again from the stored status after a restart. */
export class Kubelet {
  readonly #context: ControllerContext;
  readonly #pods = new Map<string, Running>();
  #addresses = 10;

  constructor(context: ControllerContext) {
    this.#context = context;
  }

  /** Called after every change of a pod that is bound to a node. */
  notice(pod: KubeObject): void {
    const uid = pod.metadata.uid ?? "";
    const known = this.#pods.get(uid);
    if (known === undefined) this.#start(pod);
    else if (pod.metadata.deletionTimestamp !== undefined && !known.isEnding) this.#end(known, pod);
  }

  forget(uid: string): void {
    this.#pods.delete(uid);
    this.#context.logs.forgetPod(uid);
  }

  #current(running: Running): KubeObject | undefined {
    const pod = this.#context.registry.storage.get(RESOURCE, running.key);
    return pod?.metadata.uid === running.uid ? pod : undefined;
  }

  /** Runs the step later, unless the pod is gone or going by then. */
  #later(running: Running, delayMs: number, step: (pod: KubeObject) => void): void {
    this.#context.registry.timeline.after(delayMs, () => {
      const pod = this.#current(running);
      if (pod !== undefined && !running.isEnding) step(pod);
    });
  }

  #start(pod: KubeObject): void {
    const known: Running = {
      key: keyOf(pod),
      uid: pod.metadata.uid ?? "",
      life: { state: { kind: "waiting", reason: "ContainerCreating" }, last: undefined, restarts: 0 },
      startTime: now(this.#context),
      isEnding: false,
    };
    this.#pods.set(known.uid, known);
    const phase = asString(at(pod, "status", "phase"));
    if (phase === "Succeeded" || phase === "Failed") return;
    if (pod.metadata.deletionTimestamp !== undefined) {
      this.#end(known, pod);
      return;
    }
    if (at(pod, "status", "containerStatuses") !== undefined) {
      this.#resume(known, pod);
      return;
    }
    this.#write(known, pod);
    this.#event(pod, "Normal", "Pulling", `Pulling image "${this.#image(pod)}"`);
    const trouble = this.#trouble(pod);
    if (trouble === "missing") this.#later(known, this.#pace() * 0.4, (now_) => this.#failPull(known, now_, 0));
    else this.#later(known, this.#pace() * 0.6, (now_) => this.#pulled(known, now_));
  }

  /** Goes on with a pod read from disk: as it was when it ran, from its start otherwise. */
  #resume(known: Running, pod: KubeObject): void {
    const status = asObject(asObjects(at(pod, "status", "containerStatuses"))[0]);
    known.life = { ...known.life, restarts: asNumber(status.restartCount) };
    known.startTime = asString(at(pod, "status", "startTime"), known.startTime);
    this.#later(known, 0, (now_) => this.#run(known, now_));
  }

  #pulled(known: Running, pod: KubeObject): void {
    const image = this.#image(pod);
    const seconds = (this.#pace() * 0.6) / 1000;
    this.#event(
      pod,
      "Normal",
      "Pulled",
      `Successfully pulled image "${image}" in ${seconds}s (${seconds}s including waiting). Image size: 48211907 bytes.`,
    );
    this.#run(known, pod);
  }

  #failPull(known: Running, pod: KubeObject, tries: number): void {
    const image = this.#image(pod);
    const reason = tries % 2 === 0 ? "ErrImagePull" : "ImagePullBackOff";
    const why = `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`;
    const message = reason === "ErrImagePull" ? why : `Back-off pulling image "${image}": ErrImagePull: ${why}`;
    known.life = { ...known.life, state: { kind: "waiting", reason, message } };
    this.#write(known, pod);
    if (tries % 2 === 0) {
      this.#event(pod, "Warning", "Failed", `Failed to pull image "${image}": ${why}`);
      this.#event(pod, "Warning", "Failed", "Error: ErrImagePull");
    } else {
      this.#event(pod, "Normal", "BackOff", `Back-off pulling image "${image}"`);
      this.#event(pod, "Warning", "Failed", "Error: ImagePullBackOff");
    }
    const waitMs = tries % 2 === 0 ? this.#pace() * 0.4 : this.#context.pace.crashBackOffMs;
    this.#later(known, waitMs, (now_) => this.#failPull(known, now_, tries + 1));
  }

  #run(known: Running, pod: KubeObject): void {
    this.#event(pod, "Normal", "Created", "Container created");
    this.#event(pod, "Normal", "Started", "Container started");
    const startedAt = now(this.#context);
    known.life = { ...known.life, state: { kind: "running", startedAt, ready: false } };
    this.#write(known, pod);
    const trouble = this.#trouble(pod);
    if (trouble === "crash" || trouble === "oom") {
      this.#say(known, pod, trouble === "oom" ? oomLines : crashLines);
      const end =
        trouble === "oom"
          ? ({ reason: "OOMKilled", exitCode: 137 } as const)
          : ({ reason: "Error", exitCode: 1 } as const);
      this.#later(known, this.#pace() * 0.5, (now_) => this.#crash(known, now_, { ...end, startedAt }));
      return;
    }
    this.#say(known, pod, startLines);
    if (asString(specOf(pod).restartPolicy) !== "Always") {
      this.#later(known, this.#pace(), (now_) => this.#complete(known, now_, startedAt));
      return;
    }
    if (trouble === "unready") {
      this.#later(known, this.#pace() * 0.4, (now_) => this.#unhealthy(known, now_));
      return;
    }
    this.#later(known, this.#pace() * 0.4, (now_) => this.#ready(known, now_, startedAt));
  }

  #ready(known: Running, pod: KubeObject, startedAt: string): void {
    known.life = { ...known.life, state: { kind: "running", startedAt, ready: true } };
    this.#write(known, pod);
    this.#work(known, known.life.restarts, 0);
  }

  #work(known: Running, run: number, turn: number): void {
    this.#later(known, WORK_LINE_EVERY_MS, (pod) => {
      if (known.life.restarts !== run) return;
      this.#say(known, pod, (speaker) => [workLine(speaker, turn)]);
      this.#work(known, run, turn + 1);
    });
  }

  #unhealthy(known: Running, pod: KubeObject): void {
    const ip = asString(at(pod, "status", "podIP"), "10.244.0.1");
    this.#event(
      pod,
      "Warning",
      "Unhealthy",
      `Readiness probe failed: Get "http://${ip}:8080/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
    );
    this.#later(known, 10_000, (now_) => this.#unhealthy(known, now_));
  }

  #crash(known: Running, pod: KubeObject, end: Omit<Ending, "finishedAt">): void {
    const last: Ending = { ...end, finishedAt: now(this.#context) };
    known.life = { ...known.life, state: { kind: "terminated", end: last } };
    if (asString(specOf(pod).restartPolicy) === "Never") {
      this.#write(known, pod, "Failed");
      return;
    }
    this.#write(known, pod);
    const { restarts } = known.life;
    if (restarts === 0) {
      this.#later(known, 1000, (now_) => this.#restart(known, now_, last));
      return;
    }
    this.#later(known, 1000, (now_) => this.#backOff(known, now_, last));
  }

  #backOff(known: Running, pod: KubeObject, last: Ending): void {
    const { restarts } = known.life;
    const first = this.#context.pace.crashBackOffMs;
    const waitMs = Math.min(first * 2 ** (restarts - 1), first * 30);
    const name = this.#container(pod);
    const where = `${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;
    const message = `back-off ${goDuration(waitMs)} restarting failed container=${name} pod=${where}`;
    known.life = { ...known.life, last, state: { kind: "waiting", reason: "CrashLoopBackOff", message } };
    this.#write(known, pod);
    this.#event(pod, "Warning", "BackOff", `Back-off restarting failed container ${name} in pod ${where}`);
    this.#later(known, waitMs, (now_) => this.#restart(known, now_, last));
  }

  #restart(known: Running, pod: KubeObject, last: Ending): void {
    known.life = { ...known.life, last, restarts: known.life.restarts + 1 };
    this.#event(
      pod,
      "Normal",
      "Pulled",
      `Container image "${this.#image(pod)}" already present on machine and can be accessed by the pod`,
    );
    this.#run(known, pod);
  }

  #complete(known: Running, pod: KubeObject, startedAt: string): void {
    this.#say(known, pod, finishedLines);
    const end: Ending = { reason: "Completed", exitCode: 0, startedAt, finishedAt: now(this.#context) };
    known.life = { ...known.life, state: { kind: "terminated", end } };
    this.#write(known, pod, "Succeeded");
  }

  #end(known: Running, pod: KubeObject): void {
    known.isEnding = true;
    for (const container of asObjects(specOf(pod).containers))
      this.#event(pod, "Normal", "Killing", `Stopping container ${asString(container.name)}`);
    const graceMs = (pod.metadata.deletionGracePeriodSeconds ?? 30) * 1000;
    this.#context.registry.timeline.after(Math.min(graceMs, this.#pace() * 0.5), () => {
      const still = this.#current(known);
      if (still !== undefined) this.#remove(still);
    });
  }

  #remove(pod: KubeObject): void {
    const { registry } = this.#context;
    if ((pod.metadata.finalizers ?? []).length === 0) registry.storage.remove(RESOURCE, keyOf(pod));
    else registry.delete(kindOf(this.#context, RESOURCE), keyOf(pod), { gracePeriodSeconds: 0 });
  }

  #say(known: Running, pod: KubeObject, words: (speaker: Speaker) => readonly string[]): void {
    for (const container of asObjects(specOf(pod).containers)) {
      const name = asString(container.name);
      const speaker = { name, tag: asString(container.image).split(":").at(-1) ?? "", pod: pod.metadata.name };
      const of = { podUid: known.uid, container: name, run: known.life.restarts };
      words(speaker).forEach((text) => void this.#context.logs.write(of, { timeMs: nowMs(this.#context), text }));
    }
  }

  #write(known: Running, pod: KubeObject, phase?: "Succeeded" | "Failed"): void {
    const hasRun = known.life.state.kind !== "waiting" || known.life.last !== undefined;
    const node = this.#context.registry.storage.get("/nodes", {
      namespace: "",
      name: asString(specOf(pod).nodeName),
    });
    const hostIp = asString(at(asObjects(at(node, "status", "addresses"))[0], "address"), "172.18.0.2");
    const status: JsonObject = podStatus({
      pod,
      life: known.life,
      phase: phase ?? (hasRun ? "Running" : "Pending"),
      hostIp,
      podIp:
        asString(at(pod, "status", "podIP")) ||
        `10.244.${1 + Math.floor(this.#addresses / 250)}.${(this.#addresses++ % 250) + 2}`,
      startTime: known.startTime,
      time: now(this.#context),
    });
    const options = { manager: "kubelet", subresource: "status" };
    this.#context.registry.update(kindOf(this.#context, RESOURCE), known.key, options, (current) => ({
      ...current,
      status,
    }));
  }

  #event(pod: KubeObject, type: "Normal" | "Warning", reason: string, message: string): void {
    const fieldPath = `spec.containers{${this.#container(pod)}}`;
    const host = asString(specOf(pod).nodeName);
    record(this.#context, pod, { type, reason, message, component: "kubelet", fieldPath, host });
  }

  #pace(): number {
    return this.#context.pace.podReadyMs;
  }

  /** The container that decides: one with trouble, else the first. */
  #decisive(pod: KubeObject): JsonObject {
    const containers = asObjects(specOf(pod).containers);
    return asObject(
      containers.find((one) => this.#context.troubleOf(asString(one.image)) !== undefined) ?? containers[0],
    );
  }

  #image = (pod: KubeObject): string => asString(this.#decisive(pod).image);
  #container = (pod: KubeObject): string => asString(this.#decisive(pod).name);
  #trouble = (pod: KubeObject): Trouble | undefined => this.#context.troubleOf(this.#image(pod));
}

/** `10s`, `1m20s`, `5m0s`, as Go prints durations. */
function goDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
