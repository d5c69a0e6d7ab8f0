// What the policy was asked, as the record keeps it: enough to ask another policy the same.
import { type JsonObject, mapAt, textAt } from "../core/json.ts";
import type { Question } from "../core/policy.ts";

/** Manifests are not part of a question (see `questionOfPlan`), so nothing that people hand in stands in it. */
export function recordedQuestion(question: Question): JsonObject {
  return question as unknown as JsonObject;
}

/** null for records of before questions were kept, and for what is not one. */
export function questionFrom(details: JsonObject): Question | null {
  const question = mapAt(details, "question");
  const isOne =
    textAt(question, "verb") !== "" &&
    textAt(question, "who", "userId") !== "" &&
    Array.isArray(question.places) &&
    Array.isArray(question.risks) &&
    typeof question.now === "number";
  return isOne ? (question as unknown as Question) : null;
}
