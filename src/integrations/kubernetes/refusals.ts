// What the API server's Status answers mean to a person: code, sentence and what to do next.
import { at, listAt, numberAt, textAt } from "../../core/json.ts";
import { type Refusal, refuse } from "../../core/refusal.ts";
import { visible } from "../../kubernetes/visible.ts";
import type { Answer, NoAnswer } from "./request.ts";

const maxSentence = 600;

/** A sentence about a failed call: the Status message, never the raw body; without values where it is about Secrets. */
export function statusSentence(answer: Answer, path: string): string {
  const reason = textAt(answer.body, "reason") || `HTTP ${answer.status}`;
  if (textAt(answer.body, "kind") !== "Status") return `HTTP ${answer.status}`;
  if (/\/secrets(\/|$)/.test(path)) {
    // Validation quotes the value that it refuses.
    const fields = listAt(answer.body, "details", "causes").map((cause) => textAt(cause, "field"));
    const known = fields.filter((field) => field !== "");
    return known.length === 0 ? reason : `${reason}: ${visible(known.join(", ")).slice(0, maxSentence)}`;
  }
  const message = visible(textAt(answer.body, "message"));
  return message === "" ? reason : message.slice(0, maxSentence);
}

export function unreachable(cluster: string, failure: NoAnswer | Answer): Refusal {
  const why = failure.kind === "no-answer" ? failure.says : `HTTP ${failure.status}`;
  return refuse(
    "cluster-unreachable",
    `Cluster ${cluster} did not answer (${why}).`,
    "Try again in a moment; if it stays so, tell whoever runs the cluster.",
  );
}

/** The refusal of an answer that is not a success. */
export function refusalOf(cluster: string, answer: Answer, path: string): Refusal {
  const says = statusSentence(answer, path);
  switch (answer.status) {
    case 401:
      return refuse(
        "cluster-forbids",
        `Cluster ${cluster} does not accept the bot's credentials.`,
        "Ask whoever runs the bot to renew them.",
      );
    case 403:
      // The bot itself is forbidden: to act as this person, or as anybody on this resource.
      if (/ cannot impersonate/.test(says)) return notImpersonated(cluster, says);
      return refuse("cluster-forbids", `Cluster ${cluster} forbids it: ${says}`, "Ask for the right in the cluster.");
    case 404:
      return refuse("no-such-target", `Cluster ${cluster} found nothing: ${says}`, "Look for it with `get`.");
    case 409:
      return conflict(cluster, answer, says);
    default:
      if (answer.status === 429 || answer.status >= 500) return serverTrouble(cluster, answer, says);
      return refuse(
        "cluster-rejects",
        `Cluster ${cluster} rejects it: ${says}`,
        "Change what is sent, then ask again.",
      );
  }
}

function notImpersonated(cluster: string, says: string): Refusal {
  return refuse(
    "cluster-forbids",
    `Cluster ${cluster} does not let the bot act in your name: ${says}`,
    "Ask whoever runs the bot to apply what countersign rbac prints; countersign doctor says what is missing.",
  );
}

function serverTrouble(cluster: string, answer: Answer, says: string): Refusal {
  if (!isRejection(answer)) return unreachable(cluster, answer);
  return refuse(
    "cluster-rejects",
    `Cluster ${cluster} rejects it: ${says}`,
    "Change what is sent, or repair the webhook.",
  );
}

/** 500 is also what a failing admission webhook and an apply with a field of no schema give; neither stores anything. */
export function isRejection(answer: Answer): boolean {
  const message = textAt(answer.body, "message");
  return (
    answer.status === 500 &&
    /^(Internal error occurred: )?failed (calling webhook|to create typed patch object)/.test(message)
  );
}

function conflict(cluster: string, answer: Answer, says: string): Refusal {
  const causes = fieldConflicts(answer);
  if (causes.length === 0) {
    return refuse("stale-object", `It changed in cluster ${cluster} meanwhile: ${says}`, "Ask again to plan it anew.");
  }
  const list = causes.map((cause) => visible(`${cause.field} (${cause.says})`)).join("; ");
  const refusal = refuse(
    "field-conflict",
    `Other managers own fields that it sets: ${list.slice(0, 2_000)}`,
    "Leave these fields out, take their live values, or change them through their manager.",
  );
  return { ...refusal, conflicts: causes.map(({ field, says: why }) => ({ field, owner: ownerIn(why) })) };
}

/** `conflict with "kubectl" using apps/v1` → `"kubectl" using apps/v1` (structured-merge-diff, merge.Conflicts). */
function ownerIn(says: string): string {
  return visible(says.replace(/^conflict with /, ""));
}

/** The fields of a server-side apply that others own. */
export function fieldConflicts(answer: Answer): readonly { readonly field: string; readonly says: string }[] {
  return listAt(answer.body, "details", "causes")
    .filter((cause) => textAt(cause, "reason") === "FieldManagerConflict")
    .map((cause) => ({ field: textAt(cause, "field"), says: textAt(cause, "message") }));
}

/** How long the server asks to wait, in ms; null when it does not say. At most five minutes. */
export function retryAfterMs(answer: Pick<Answer, "header"> & { readonly body?: Answer["body"] }): number | null {
  const header = answer.header("retry-after");
  const seconds = /^\d{1,6}$/.test(header) ? Number(header) : numberAt(answer.body, -1, "details", "retryAfterSeconds");
  return seconds < 0 ? null : Math.min(seconds, 300) * 1_000;
}

/** The server forgot the resource version: only a new list helps. */
export function isExpired(answer: Answer): boolean {
  return answer.status === 410 || (at(answer.body, "code") === 410 && textAt(answer.body, "kind") === "Status");
}
