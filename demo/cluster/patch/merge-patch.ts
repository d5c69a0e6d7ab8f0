// JSON Merge Patch (RFC 7396).
import { isObject, type Json, type JsonObject } from "../json.ts";

/** Null removes a member, objects merge, everything else replaces. */
export function mergePatch(target: JsonObject, patch: JsonObject): JsonObject {
  const out: JsonObject = { ...target };
  for (const [name, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    if (value === null) delete out[name];
    else out[name] = isObject(value) ? mergePatch(isObject(out[name]) ? out[name] : {}, value) : (value as Json);
  }
  return out;
}
