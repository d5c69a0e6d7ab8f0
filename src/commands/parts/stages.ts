// Which documents can be dry-run now, and which need a namespace or a kind that others among them create first.
import { listAt, textAt } from "../../core/json.ts";
import type { Cluster } from "../../core/ports/clusters.ts";
import type { ManifestDocument } from "../../core/ports/manifests.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import { locate } from "./apply-object.ts";

export interface Stages {
  readonly now: readonly ManifestDocument[];
  /** The rest as a JSON manifest, or null. */
  readonly laterText: string | null;
  readonly laterCount: number;
}

export async function splitStages(
  cluster: Cluster,
  documents: readonly ManifestDocument[],
  namespace: string | null,
): Promise<Stages | Refusal> {
  const existing = await cluster.namespaces();
  if (isRefusal(existing)) return existing;
  const comingNamespaces = new Set(documents.filter(isNamespace).map((one) => textAt(one.content, "metadata", "name")));
  const comingKinds = new Set(documents.flatMap(kindsDefined));
  const now: ManifestDocument[] = [];
  const later: ManifestDocument[] = [];
  for (const document of documents) {
    const kind = `${groupOf(textAt(document.content, "apiVersion"))}/${textAt(document.content, "kind")}`;
    const place = await locate(cluster, document, namespace);
    if (isRefusal(place)) {
      if (place.code !== "no-such-kind" || !comingKinds.has(kind)) return place;
      later.push(document);
      continue;
    }
    const waits =
      place.namespace !== null && !existing.includes(place.namespace) && comingNamespaces.has(place.namespace);
    (waits ? later : now).push(document);
  }
  const laterText = later.length === 0 ? null : later.map((one) => JSON.stringify(one.content)).join("\n---\n");
  return { now, laterText, laterCount: later.length };
}

/** Two documents about one object: which of them is meant can't be told. By group, as versions are views of one object. */
export function duplicateIn(documents: readonly ManifestDocument[], namespace: string | null): Refusal | null {
  const seen = new Map<string, ManifestDocument>();
  for (const one of documents) {
    const { content } = one;
    const place = textAt(content, "metadata", "namespace") || (namespace ?? "default");
    const name = textAt(content, "metadata", "name");
    const key = [groupOf(textAt(content, "apiVersion")), textAt(content, "kind"), place, name].join(" ");
    const twin = seen.get(key);
    if (twin !== undefined) {
      return refuse(
        "duplicate-object",
        `Documents ${twin.index} (line ${twin.line}) and ${one.index} (line ${one.line}) are both ${textAt(content, "kind")} ${name}.`,
        "Leave one of them away.",
      );
    }
    seen.set(key, one);
  }
  return null;
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
}

function isNamespace(document: ManifestDocument): boolean {
  return document.content.apiVersion === "v1" && document.content.kind === "Namespace";
}

/** The kinds, as `group/Kind`, that a CustomResourceDefinition among the documents would bring. */
function kindsDefined(document: ManifestDocument): readonly string[] {
  if (document.content.kind !== "CustomResourceDefinition") return [];
  const group = textAt(document.content, "spec", "group");
  const kind = textAt(document.content, "spec", "names", "kind");
  return listAt(document.content, "spec", "versions").length === 0 ? [] : [`${group}/${kind}`];
}
