// Bodies of server-side apply: YAML, of which JSON is a part.
import { parseDocument } from "yaml";
import { isObject, type Json, type JsonObject } from "./json.ts";
import { badRequest } from "./status.ts";

/** Throws 400 for what cannot be read and, when strict, for keys that stand twice. */
export function parseYaml(text: string, strict: boolean): JsonObject {
  const document = parseDocument(text, { uniqueKeys: false, schema: "core", version: "1.1" });
  const [first] = document.errors;
  if (first !== undefined) throw badRequest(`error decoding YAML: ${first.message}`);
  if (strict) {
    const [twice] = parseDocument(text, { uniqueKeys: true }).errors;
    if (twice !== undefined) throw badRequest(`error strict decoding YAML: ${twice.message}`);
  }
  const value = document.toJS() as Json;
  if (isObject(value)) return value;
  throw badRequest("error decoding YAML: json: cannot unmarshal into Go value of type map[string]interface {}");
}
