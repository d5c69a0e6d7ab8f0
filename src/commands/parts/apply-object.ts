// One manifest document against the live object: what would be sent, who owns the fields, whether anything changes.
import { at, isJsonObject, type JsonObject, mapAt, textAt } from "../../core/json.ts";
import {
  apiVersionOf,
  fieldManager,
  fullName,
  type Kind,
  type KubeObject,
  type Locator,
  type ObjectRef,
  pathOf,
} from "../../core/kube.ts";
import type { ObjectChange } from "../../core/plan.ts";
import type { Cluster } from "../../core/ports/clusters.ts";
import type { ManifestDocument } from "../../core/ports/manifests.ts";
import { type FieldConflict, isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import { meaningOf, sameMeaning } from "../../kubernetes/normalise.ts";
import type { Neighbours } from "../../kubernetes/ownership.ts";
import { applyPatch } from "./change.ts";
import { neighboursIn, noNeighbours } from "./neighbours.ts";

export interface Prepared {
  readonly index: number;
  readonly ref: ObjectRef;
  readonly body: JsonObject;
  readonly live: KubeObject | null;
  /** As the dry run says that it would be stored. */
  readonly after: KubeObject | null;
  /** Send with force: the conflicts are all with the bot's own earlier patches, or the person asked for it. */
  readonly force: boolean;
  /** Fields taken over from others because the person asked for it. */
  readonly takes: readonly FieldConflict[];
  readonly unchanged: boolean;
  /** Of a workload whose replicas change: who else sets them. */
  readonly neighbours: Neighbours;
}

export interface ApplyOptions {
  readonly force: boolean;
  /** For documents that name no namespace. */
  readonly namespace: string | null;
}

/** Where a document would go: its kind on that cluster, namespace and name. */
export async function locate(
  cluster: Cluster,
  document: ManifestDocument,
  namespace: string | null,
): Promise<Locator | Refusal> {
  const { content } = document;
  const kind = await cluster.kindOfManifest(textAt(content, "apiVersion"), textAt(content, "kind"));
  if (isRefusal(kind)) return kind;
  const name = textAt(content, "metadata", "name");
  return { cluster: cluster.info.name, kind, namespace: namespaceOf(kind, content, namespace), name };
}

function namespaceOf(kind: Kind, content: JsonObject, fallback: string | null): string | null {
  if (!kind.namespaced) return null;
  const own = textAt(content, "metadata", "namespace");
  return own === "" ? (fallback ?? "default") : own;
}

export async function prepareDocument(
  cluster: Cluster,
  document: ManifestDocument,
  options: ApplyOptions,
): Promise<Prepared | Refusal> {
  const place = await locate(cluster, document, options.namespace);
  if (isRefusal(place)) return place;
  if (!place.kind.verbs.includes("patch")) {
    return refuse(
      "wrong-kind",
      `${apiVersionOf(place.kind)} ${place.kind.kind} can't be applied: the cluster serves no patch for it.`,
      "Leave the document away.",
    );
  }
  const live = await cluster.read(place);
  if (isRefusal(live)) return live;
  const ref: ObjectRef = { ...place, uid: textAt(live ?? undefined, "metadata", "uid") };
  const body = bodyOf(document.content, place);
  const sent = { index: document.index, ref, body, live, force: false, takes: [] };
  const tried = await cluster.preview(applyChange(sent).call);
  if (!isRefusal(tried)) return finished(cluster, sent, tried);
  if (tried.code !== "field-conflict") return inDocument(document, tried);
  const conflicts = tried.conflicts ?? [];
  const others = conflicts.filter((conflict) => !conflict.owner.startsWith(`"${fieldManager}"`));
  // A conflict that names no owner may be with anybody: nothing is forced then.
  if (conflicts.length === 0) return inDocument(document, tried);
  if (others.length > 0 && !options.force) return conflictRefusal(ref, others);
  const taking = { ...sent, force: true, takes: others };
  const forced = await cluster.preview(applyChange(taking).call);
  return isRefusal(forced) ? inDocument(document, forced) : finished(cluster, taking, forced);
}

type Sent = Omit<Prepared, "after" | "unchanged" | "neighbours">;

async function finished(cluster: Cluster, sent: Sent, after: KubeObject | null): Promise<Prepared | Refusal> {
  const { live, ref } = sent;
  const unchanged = live !== null && after !== null && sameMeaning(live, after);
  const replicas = (object: KubeObject | null) => at(object ?? undefined, "spec", "replicas");
  const scales = live !== null && replicas(live) !== undefined && replicas(live) !== replicas(after);
  const neighbours = scales ? await neighboursIn(cluster, ref.namespace) : noNeighbours;
  return isRefusal(neighbours) ? neighbours : { ...sent, after, unchanged, neighbours };
}

/** The document without what a client must not send in server-side apply. */
function bodyOf(content: JsonObject, place: Locator): JsonObject {
  const { status: _status, ...body } = content;
  const {
    managedFields: _fields,
    resourceVersion: _version,
    uid: _uid,
    creationTimestamp: _at,
    generation: _generation,
    ...metadata
  } = mapAt(content, "metadata");
  return { ...body, metadata: { ...metadata, ...(place.namespace === null ? {} : { namespace: place.namespace }) } };
}

export function applyChange(one: Sent): ObjectChange {
  return {
    kind: "object",
    object: one.ref,
    operation: one.live === null ? "create" : "update",
    call: {
      method: "PATCH",
      path: pathOf(one.ref),
      query: { fieldManager, fieldValidation: "Strict", force: String(one.force) },
      contentType: applyPatch,
      body: one.body,
      guard: one.live === null ? "create" : "body-metadata",
    },
    before: isJsonObject(one.live) ? meaningOf(one.live) : null,
  };
}

function inDocument(document: ManifestDocument, refusal: Refusal): Refusal {
  return { ...refusal, message: `Document ${document.index} (line ${document.line}): ${refusal.message}` };
}

function conflictRefusal(ref: ObjectRef, conflicts: readonly FieldConflict[]): Refusal {
  const fields = conflicts.map((conflict) => `${conflict.field} belongs to ${conflict.owner}`).join("; ");
  return {
    ...refuse(
      "field-conflict",
      `${fullName(ref)}: ${fields}.`,
      "Leave these fields out of the manifest, give them the live value, or take them over with --force-conflicts.",
    ),
    conflicts,
  };
}
