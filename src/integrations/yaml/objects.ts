// Documents → Kubernetes objects: lists taken apart, each one complete and named in visible characters.
import { at, isJsonObject, type Json, type JsonObject, listAt, textAt } from "../../core/json.ts";
import type { ManifestDocument } from "../../core/ports/manifests.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import { hiddenCharacter } from "./hidden.ts";

type Path = readonly (string | number)[];

/** `List` and every other kind that ends in List and has items is taken apart, as kubectl does; also one within another. */
export function takeApart(
  value: Json,
  lineOf: (path: Path) => number,
  index: number,
  path: Path = [],
): readonly ManifestDocument[] | Refusal {
  const line = lineOf(path);
  const where = `Document ${index} (line ${line})`;
  if (!isJsonObject(value))
    return refuse(
      "incomplete-object",
      `${where} is not an object of Kubernetes.`,
      "It starts with apiVersion and kind.",
    );
  if (textAt(value, "kind").endsWith("List") && Array.isArray(at(value, "items"))) {
    const documents: ManifestDocument[] = [];
    for (const [position, item] of listAt(value, "items").entries()) {
      const inner = takeApart(item, lineOf, index, [...path, "items", position]);
      if (isRefusal(inner)) return inner;
      documents.push(...inner);
    }
    return documents;
  }
  return incomplete(value, where) ?? [{ index, line, content: value }];
}

function incomplete(value: JsonObject, where: string): Refusal | null {
  const needed: readonly (readonly string[])[] = [["apiVersion"], ["kind"], ["metadata", "name"]];
  for (const path of needed) {
    const found = at(value, ...path);
    const name = path.join(".");
    if (found === undefined || found === null || found === "")
      return refuse("incomplete-object", `${where} lacks ${name}.`, missingHint(value, name));
    if (typeof found !== "string")
      return refuse(
        "incomplete-object",
        `${where}: ${name} is ${JSON.stringify(found)}, not a text.`,
        `Quote it: "${String(found)}".`,
      );
  }
  const names = [...needed, ["metadata", "namespace"]];
  for (const path of names) {
    const hidden = hiddenCharacter(textAt(value, ...path));
    if (hidden !== null)
      return refuse(
        "bad-yaml",
        `${where}: ${path.join(".")} holds the invisible character ${hidden}.`,
        "Type the name by hand.",
      );
  }
  const namespace = at(value, "metadata", "namespace");
  if (namespace === undefined || namespace === null || typeof namespace === "string") return null;
  return refuse(
    "incomplete-object",
    `${where}: metadata.namespace is not a text.`,
    `Quote it: "${String(namespace)}".`,
  );
}

function missingHint(value: JsonObject, name: string): string {
  if (name === "metadata.name" && at(value, "metadata", "generateName") !== undefined)
    return "generateName makes another object each time; give metadata.name.";
  return `Add ${name}; a whole object has apiVersion, kind and metadata.name.`;
}
