// What an object means: the object without what the server counts, dates or writes about it.
import { canonicalJson } from "../core/digest.ts";
import { isJsonObject, type Json, type JsonObject, listAt } from "../core/json.ts";
import { requestAnnotation } from "../core/kube.ts";

export const lastAppliedAnnotation = "kubectl.kubernetes.io/last-applied-configuration";

const versionFields: ReadonlySet<string> = new Set([
  "managedFields",
  "resourceVersion",
  "uid",
  "generation",
  "creationTimestamp",
  "selfLink",
]);

const versionAnnotations: ReadonlySet<string> = new Set([requestAnnotation, lastAppliedAnnotation]);

/**
 * The object without status, managedFields and version fields. An annotations map that becomes empty is left out, and so is
 * the `creationTimestamp: null` that older servers write into pod templates. Doing it twice changes nothing.
 */
export function meaningOf(object: JsonObject): JsonObject {
  const meaning: Record<string, Json> = {};
  for (const [key, value] of Object.entries(object)) {
    if (key === "status") continue;
    meaning[key] = key === "metadata" && isJsonObject(value) ? metadataMeaning(value) : withoutNullTimes(value);
  }
  return meaning;
}

/** Whether two objects mean the same, byte for byte of the canonical JSON of their meanings. */
export function sameMeaning(a: JsonObject, b: JsonObject): boolean {
  return canonicalJson(meaningOf(a)) === canonicalJson(meaningOf(b));
}

function metadataMeaning(metadata: JsonObject): JsonObject {
  const meaning: Record<string, Json> = {};
  for (const [key, value] of Object.entries(metadata)) {
    if (versionFields.has(key)) continue;
    if (key !== "annotations" || !isJsonObject(value)) {
      meaning[key] = value;
      continue;
    }
    const kept = Object.entries(value).filter(([name]) => !versionAnnotations.has(name));
    if (kept.length > 0) meaning[key] = Object.fromEntries(kept);
  }
  return meaning;
}

function withoutNullTimes(value: Json): Json {
  if (Array.isArray(value)) return listAt(value).map(withoutNullTimes);
  if (!isJsonObject(value)) return value;
  const kept: Record<string, Json> = {};
  for (const [key, item] of Object.entries(value)) {
    if (key === "creationTimestamp" && item === null) continue;
    kept[key] = withoutNullTimes(item);
  }
  return kept;
}
