// The Job controller: pods until enough have succeeded or too many have failed.
import { asNumber, asObject, asObjects, asString, at, type JsonObject } from "../json.ts";
import { type KubeObject, keyOf } from "../object.ts";
import {
  type ControllerContext,
  condition,
  isPodActive,
  isPodReady,
  kindOf,
  now,
  numberAt,
  owned,
  record,
  setStatus,
  specOf,
} from "./context.ts";
import { makePod } from "./pod-maker.ts";

const RESOURCE = "batch/jobs";
const COMPONENT = "job-controller";

const phaseIs =
  (phase: string) =>
  (pod: KubeObject): boolean =>
    asString(at(pod, "status", "phase")) === phase;

export function reconcileJob(context: ControllerContext, job: KubeObject): void {
  if (job.metadata.deletionTimestamp !== undefined) return;
  if (condition(job, "Complete") !== undefined || condition(job, "Failed") !== undefined) return;
  const pods = owned(context, "/pods", job);
  const succeeded = pods.filter(phaseIs("Succeeded")).length;
  const failed = pods.filter(phaseIs("Failed")).length;
  const active = pods.filter(isPodActive);
  const completions = asNumber(at(job, "spec", "completions"), 1);
  const isFailed = failed > numberAt(job, "spec", "backoffLimit");
  const isComplete = succeeded >= completions;
  const suspended = specOf(job).suspend === true;
  const wanted =
    isComplete || isFailed || suspended ? 0 : Math.min(numberAt(job, "spec", "parallelism"), completions - succeeded);
  for (let missing = wanted - active.length; missing > 0; missing -= 1)
    makePod(context, { owner: job, component: COMPONENT, template: asObject(specOf(job).template) });
  for (const pod of active.slice(wanted)) context.registry.delete(kindOf(context, "/pods"), keyOf(pod), {});
  const counts = {
    active: owned(context, "/pods", job).filter(isPodActive).length,
    succeeded,
    failed,
    ready: active.filter(isPodReady).length,
  };
  setStatus(context, RESOURCE, job, statusOf(context, job, { ...counts, isComplete, isFailed, suspended }));
  if (isComplete)
    record(context, job, { type: "Normal", reason: "Completed", message: "Job completed", component: COMPONENT });
  if (isFailed)
    record(context, job, {
      type: "Warning",
      reason: "BackoffLimitExceeded",
      message: "Job has reached the specified backoff limit",
      component: COMPONENT,
    });
}

interface Counts {
  readonly active: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly ready: number;
  readonly isComplete: boolean;
  readonly isFailed: boolean;
  readonly suspended: boolean;
}

function statusOf(context: ControllerContext, job: KubeObject, counts: Counts): JsonObject {
  const time = now(context);
  const made = (type: string, reason: string, message: string): JsonObject => ({
    type,
    status: "True",
    lastProbeTime: time,
    lastTransitionTime: time,
    reason,
    message,
  });
  const reached = "Reached expected number of succeeded pods";
  const conditions = [
    ...asObjects(at(job, "status", "conditions")).filter((one) => one.type !== "Suspended"),
    ...(counts.isComplete
      ? [made("SuccessCriteriaMet", "CompletionsReached", reached), made("Complete", "CompletionsReached", reached)]
      : []),
    ...(counts.isFailed
      ? [
          made("FailureTarget", "BackoffLimitExceeded", "Job has reached the specified backoff limit"),
          made("Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit"),
        ]
      : []),
    ...(counts.suspended ? [made("Suspended", "JobSuspended", "Job suspended")] : []),
  ];
  const count = (number: number): number | undefined => (number === 0 ? undefined : number);
  return {
    ...(counts.suspended ? {} : { startTime: asString(at(job, "status", "startTime"), time) }),
    active: count(counts.active),
    succeeded: count(counts.succeeded),
    failed: count(counts.failed),
    ready: counts.ready,
    terminating: 0,
    uncountedTerminatedPods: {},
    ...(counts.isComplete ? { completionTime: time } : {}),
    ...(conditions.length === 0 ? {} : { conditions }),
  };
}
