// Events of an execution: claimed, each write before and after it is sent, read back, ended.
import { count, type EventKind, ofRequest, oneOf, refusal, says, text, textOrNull } from "./event-kind.ts";

const index = count("Which change of the plan, from 0.");
const object = text("The object's full name, or the setting's.");
const resourceVersion = textOrNull("The version that guards the write, or that it returned.");
const fence = count("The claim under which it is written.");
const target = "dev:shop/deployment/checkout";

export const executionEvents = {
  "execution.claimed": {
    details: { runner: text("The process that holds it."), fence, says },
    required: ["runner", "fence"],
    success: ofRequest({ code: "execution.claimed", details: { runner: "bot-0:7f3a", fence: 1 } }),
    failure: "execution.refused",
  },
  "execution.refused": {
    details: { refusal, says },
    required: ["refusal", "says"],
    success: "execution.claimed",
    failure: ofRequest({
      code: "execution.refused",
      outcome: "refused",
      details: { refusal: "frozen", says: "The freeze black-friday is in force." },
    }),
  },
  "write.intended": {
    details: {
      index,
      object,
      method: oneOf(["POST", "PUT", "PATCH", "DELETE", "SET"], "The call's method; SET for the bot's own settings."),
      path: textOrNull("The call's path on the API server."),
      uid: textOrNull("The object's uid."),
      resourceVersion,
      fence,
      says,
    },
    required: ["index", "object"],
    success: ofRequest({
      code: "write.intended",
      details: {
        index: 0,
        object: target,
        method: "PATCH",
        path: "/apis/apps/v1/namespaces/shop/deployments/checkout",
        uid: "6f0c2c3e-8f60-4f3a-9a4e-5a8d1f6f9b11",
        resourceVersion: "81234",
        fence: 1,
      },
    }),
    failure: ofRequest({
      code: "write.intended",
      outcome: "refused",
      details: { index: 0, object: target, fence: 1, says: "A newer claim holds the request: nothing was sent." },
    }),
  },
  "write.done": {
    details: {
      index,
      object,
      resourceVersion,
      auditId: textOrNull("The API server's Audit-Id, which joins its own log to this one."),
      says,
    },
    required: ["index", "object"],
    success: ofRequest({
      code: "write.done",
      details: { index: 0, object: target, resourceVersion: "81240", auditId: "9c1f7a52-3d0e-4e55-8f53-0f7a3f2b6c10" },
    }),
    failure: "write.failed",
  },
  "write.failed": {
    details: {
      index,
      object,
      known: oneOf(["not-written", "unknown"], "Whether it is known that nothing was written."),
      status: { type: ["integer", "null"], description: "The HTTP status, when there was an answer." },
      auditId: textOrNull("The API server's Audit-Id, when there was an answer."),
      says,
    },
    required: ["index", "object", "says"],
    success: "write.done",
    failure: ofRequest({
      code: "write.failed",
      outcome: "failed",
      details: { index: 0, object: target, known: "unknown", status: null, says: "The connection broke off." },
    }),
  },
  "execution.verified": {
    details: { goal: text("What was looked for."), object, says },
    required: ["goal"],
    success: ofRequest({ code: "execution.verified", details: { goal: "rollout", object: target } }),
    failure: ofRequest({
      code: "execution.verified",
      outcome: "failed",
      details: { goal: "rollout", object: target, says: "The rollout made no progress for ten minutes." },
    }),
  },
  "execution.ended": {
    details: {
      state: text("The request's state from now on."),
      written: count("How many changes were written."),
      says,
    },
    required: ["state"],
    success: ofRequest({ code: "execution.ended", details: { state: "done", written: 1 } }),
    failure: ofRequest({
      code: "execution.ended",
      outcome: "failed",
      details: { state: "failed", written: 0, says: "The cluster's validation says no." },
    }),
  },
  "execution.recovered": {
    details: { state: text("The request's state from now on."), evidence: text("What was found in the world."), says },
    required: ["state", "evidence"],
    success: ofRequest({
      code: "execution.recovered",
      details: { state: "verifying", evidence: "checkout carries the annotation of this request" },
    }),
    failure: ofRequest({
      code: "execution.recovered",
      outcome: "failed",
      details: { state: "unknown", evidence: "none", says: "Interrupted while writing: a person must look." },
    }),
  },
} as const satisfies Record<string, EventKind>;
