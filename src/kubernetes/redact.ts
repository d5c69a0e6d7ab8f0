// Secrets out of objects before anybody sees them: values become tags that still tell changed from unchanged (T20).
import { createHmac } from "node:crypto";
import { isJsonObject, type Json, type JsonObject, listAt, textAt } from "../core/json.ts";
import { lastAppliedAnnotation } from "./normalise.ts";

const secretNames =
  /passw(or)?d|passphrase|pwd|secret|token|api_?-?key|private_?-?key|access_?-?key|credential|auth|dsn|connection_?-?string|database_?-?url/i;

/** Whether a name, such as that of an environment variable, promises a secret value. */
export function looksSecret(name: string): boolean {
  return secretNames.test(name);
}

/** `*** (4f1c09ab27de)`: the same value in the same field under the same key has the same tag, and nothing else is told. */
export function tagOf(key: Uint8Array, field: string, value: Uint8Array): string {
  const mac = createHmac("sha256", key).update(field, "utf8").update("\0").update(value).digest("hex");
  return `*** (${mac.slice(0, 12)})`;
}

/**
 * A core/v1 Secret with tags for values, and its last-applied annotation emptied; anything else as it is. `data` and
 * `stringData` of the same value have the same tag. Tagging twice tags the tags.
 */
export function tagSecret(object: JsonObject, key: Uint8Array): JsonObject {
  if (textAt(object, "kind") !== "Secret" || textAt(object, "apiVersion") !== "v1") return object;
  const tagged: Record<string, Json> = { ...object };
  if (isJsonObject(object.data)) tagged.data = tagValues(object.data, key, "base64");
  if (isJsonObject(object.stringData)) tagged.stringData = tagValues(object.stringData, key, "utf8");
  const annotations = isJsonObject(object.metadata) ? object.metadata.annotations : undefined;
  if (isJsonObject(object.metadata) && isJsonObject(annotations) && Object.hasOwn(annotations, lastAppliedAnnotation)) {
    tagged.metadata = { ...object.metadata, annotations: { ...annotations, [lastAppliedAnnotation]: "***" } };
  }
  return tagged;
}

/** The object as people may see it: Secret values tagged, last-applied removed, values of secret-looking variables tagged. */
export function redactObject(object: JsonObject, key: Uint8Array): JsonObject {
  const shown = redactValue(tagSecret(object, key), key);
  return isJsonObject(shown) ? shown : {};
}

function tagValues(values: JsonObject, key: Uint8Array, encoding: "base64" | "utf8"): JsonObject {
  const tagged: Record<string, Json> = {};
  for (const [field, value] of Object.entries(values)) {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    tagged[field] = tagOf(key, field, Buffer.from(text, encoding));
  }
  return tagged;
}

function redactValue(value: Json, key: Uint8Array): Json {
  if (Array.isArray(value)) return listAt(value).map((item) => redactValue(item, key));
  if (!isJsonObject(value)) return value;
  const shown: Record<string, Json> = {};
  for (const [field, item] of Object.entries(value)) {
    if (field === lastAppliedAnnotation) continue;
    if (field === "env" && Array.isArray(item)) {
      shown[field] = listAt(item).map((variable) => redactVariable(variable, key));
    } else shown[field] = redactValue(item, key);
  }
  return shown;
}

function redactVariable(variable: Json, key: Uint8Array): Json {
  if (!isJsonObject(variable)) return variable;
  const name = textAt(variable, "name");
  const value = variable.value;
  if (typeof value !== "string" || value === "" || !looksSecret(name)) return variable;
  return { ...variable, value: tagOf(key, name, Buffer.from(value, "utf8")) };
}
