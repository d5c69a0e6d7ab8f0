// The exact calls of changes to one object.
import type { JsonObject } from "../../core/json.ts";
import { fieldManager, type ObjectRef, pathOf } from "../../core/kube.ts";
import type { Draft, ObjectChange } from "../../core/plan.ts";
import { meaningOf } from "../../kubernetes/normalise.ts";
import type { Live } from "./live.ts";

export const strategicMerge = "application/strategic-merge-patch+json";
export const mergePatch = "application/merge-patch+json";
export const jsonPatch = "application/json-patch+json";
export const applyPatch = "application/apply-patch+yaml";

/** How long a rollout is watched before its result counts as not confirmed: kubectl's progress deadline twice over. */
export const rolloutWithinMs = 20 * 60_000;

/** A strategic merge patch of the live object, guarded by the uid and resourceVersion that were read. */
export function patchOf(live: Live, body: JsonObject): ObjectChange {
  return {
    kind: "object",
    object: live.ref,
    operation: "update",
    call: {
      method: "PATCH",
      path: pathOf(live.ref),
      query: { fieldManager, fieldValidation: "Strict" },
      contentType: strategicMerge,
      body,
      guard: "body-metadata",
    },
    before: meaningOf(live.object),
  };
}

export type DraftParts = Pick<Draft, "title" | "changes" | "goals" | "undo"> & Partial<Draft>;

/** A draft with what most verbs leave empty. */
export function draft(parts: DraftParts): Draft {
  return { risks: [], observations: [], notes: [], verifyWithinMs: rolloutWithinMs, followUp: null, ...parts };
}

/** What a person calls the object in a sentence: `checkout in shop on production`. */
export function spoken(object: ObjectRef): string {
  const place = object.namespace === null ? "" : ` in ${object.namespace}`;
  return `${object.name}${place} on ${object.cluster}`;
}
