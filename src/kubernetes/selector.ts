// Label selectors as objects carry them: does a set of labels match?
import { isJsonObject, type Json, type JsonObject, listAt, mapAt, textAt } from "../core/json.ts";

/**
 * metav1.LabelSelector (apimachinery pkg/apis/meta/v1/helpers.go): absent matches nothing, empty matches everything, all parts
 * must hold. An operator that is not known matches nothing.
 */
export function selectorMatches(selector: Json | undefined, labels: JsonObject): boolean {
  if (!isJsonObject(selector)) return false;
  for (const [key, value] of Object.entries(mapAt(selector, "matchLabels"))) {
    if (labels[key] !== value) return false;
  }
  return listAt(selector, "matchExpressions").every((expression) => expressionHolds(expression, labels));
}

function expressionHolds(expression: Json, labels: JsonObject): boolean {
  const key = textAt(expression, "key");
  const has = Object.hasOwn(labels, key);
  const value = labels[key] ?? null;
  switch (textAt(expression, "operator")) {
    case "In":
      return has && listAt(expression, "values").includes(value);
    case "NotIn":
      return !has || !listAt(expression, "values").includes(value);
    case "Exists":
      return has;
    case "DoesNotExist":
      return !has;
    default:
      return false;
  }
}

/** A selector as the text that a list's `labelSelector` takes. */
export function selectorText(selector: Json | undefined): string {
  const parts = Object.entries(mapAt(selector, "matchLabels")).map(([key, value]) => `${key}=${String(value)}`);
  for (const expression of listAt(selector, "matchExpressions")) {
    const key = textAt(expression, "key");
    const values = listAt(expression, "values").join(",");
    const operator = textAt(expression, "operator");
    if (operator === "In") parts.push(`${key} in (${values})`);
    if (operator === "NotIn") parts.push(`${key} notin (${values})`);
    if (operator === "Exists") parts.push(key);
    if (operator === "DoesNotExist") parts.push(`!${key}`);
  }
  return parts.join(",");
}
