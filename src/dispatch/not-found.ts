// What a person reads when a target's words mean nothing, or several things: what was meant is offered, never guessed.
import { fullName, type ObjectRef } from "../core/kube.ts";
import { nearest } from "../core/nearest.ts";
import type { ClusterInfo, Clusters } from "../core/ports/clusters.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import type { Wanted } from "./resolve.ts";
import type { TargetParts } from "./target.ts";

/** So many choices fit a menu that somebody reads. */
const mostChoices = 20;
const mostNear = 5;

export function noSuchCluster(name: string, all: readonly ClusterInfo[]): Refusal {
  const names = all.map((info) => info.name);
  const [near] = nearest(name, names, 1);
  const list = `The clusters are ${names.join(", ")}.`;
  return refuse(
    "no-such-cluster",
    `There is no cluster “${name}”.`,
    near === undefined ? list : `Did you mean ${near}? ${list}`,
  );
}

export function noSuchNamespace(wanted: Wanted, name: string, known: ReadonlyMap<string, readonly string[]>): Refusal {
  const clusters = [...known.keys()];
  const scopes = clusters.flatMap((cluster) =>
    nearest(name, known.get(cluster) ?? [], 3).map((namespace) => `${cluster}:${namespace}/`),
  );
  const isScope = wanted.spec.scope === "object-or-scope";
  return refuse(
    "no-such-namespace",
    `There is no namespace “${name}” in ${clusters.join(", ")}.`,
    scopes.length > 0 ? `Did you mean ${scopes.join(" or ")}?` : "Type: get namespaces",
    isScope ? scopes.map((scope) => ({ label: scope, command: wanted.commandWith(scope) })) : [],
  );
}

export function wrongKind(wanted: Wanted, resource: string): Refusal {
  return refuse(
    "wrong-kind",
    `${wanted.verb} does not work on ${resource}.`,
    `It works on ${wanted.spec.kinds.join(", ")}.`,
  );
}

/** `what` goes with the count: `3 things are called “x”`. */
export function ambiguous(wanted: Wanted, what: string, found: readonly ObjectRef[]): Refusal {
  const more = found.length > mostChoices ? ` The first ${mostChoices} are listed.` : "";
  return refuse(
    "ambiguous-target",
    `${found.length} things ${what}.`,
    `Pick one, or type its full name.${more}`,
    choices(wanted, found.slice(0, mostChoices)),
  );
}

/** Of the right name, and a kind that the verb does not work on. */
function notOfKind(wanted: Wanted, object: ObjectRef): Refusal {
  return refuse(
    "wrong-kind",
    `${fullName(object)} is a ${object.kind.kind}; ${wanted.verb} does not work on those.`,
    `It works on ${wanted.spec.kinds.join(", ")}.`,
  );
}

export async function notFound(
  clusters: Clusters,
  wanted: Wanted,
  parts: TargetParts,
  seen: { readonly near: readonly ObjectRef[]; readonly candidates: readonly ClusterInfo[] },
): Promise<Refusal> {
  const { candidates } = seen;
  const namespace = await missingNamespace(clusters, wanted, parts, candidates);
  if (namespace !== null) return namespace;
  const other = (await workloadsIn(clusters, parts, candidates)).find((object) => object.name === parts.name);
  if (other !== undefined && parts.kind === null) return notOfKind(wanted, other);
  const known = wanted.spec.scope === "object-or-scope" && parts.namespace === null && parts.kind === null;
  const near = seen.near.length > 0 ? seen.near : await similar(clusters, wanted, parts, candidates);
  const names = near.slice(0, mostNear);
  const where = candidates.map((info) => info.name + (parts.namespace === null ? "" : `:${parts.namespace}/`));
  const anyKind = wanted.spec.kinds.length === 0 && parts.kind === null;
  const among = anyKind ? " among the workloads" : parts.kind === null ? "" : ` of the kind ${parts.kind}`;
  const message = `${known ? "No namespace or workload" : "Nothing"} is called “${parts.name}” in ${where.join(", ")}${known ? "" : among}.`;
  const next = anyKind
    ? `For other kinds name the kind: ${wanted.commandWith(`configmap/${parts.name}`)}`
    : "Type status to see what runs, or give cluster:namespace/kind/name.";
  return refuse(
    "no-such-target",
    message,
    names.length > 0 ? `Did you mean ${names.map(fullName).join(" or ")}?` : next,
    choices(wanted, names),
  );
}

function choices(wanted: Wanted, objects: readonly ObjectRef[]) {
  return objects.map((object) => ({ label: fullName(object), command: wanted.commandWith(fullName(object)) }));
}

async function missingNamespace(
  clusters: Clusters,
  wanted: Wanted,
  { namespace }: TargetParts,
  candidates: readonly ClusterInfo[],
): Promise<Refusal | null> {
  if (namespace === null) return null;
  const known = new Map<string, readonly string[]>();
  for (const { name } of candidates) {
    const there = await clusters.get(name)?.namespaces();
    if (there === undefined || isRefusal(there) || there.includes(namespace)) return null;
    known.set(name, there);
  }
  return noSuchNamespace(wanted, namespace, known);
}

/** Workloads of similar names, of those that the asker may see. */
async function similar(
  clusters: Clusters,
  wanted: Wanted,
  parts: TargetParts,
  candidates: readonly ClusterInfo[],
): Promise<readonly ObjectRef[]> {
  const { kinds } = wanted.spec;
  const objects = (await workloadsIn(clusters, parts, candidates)).filter(
    (object) => kinds.length === 0 || kinds.includes(`${object.kind.resource}.${object.kind.group}`),
  );
  const names = nearest(parts.name ?? "", [...new Set(objects.map((object) => object.name))], mostNear);
  return names.flatMap((name) => objects.filter((object) => object.name === name));
}

async function workloadsIn(
  clusters: Clusters,
  { namespace }: TargetParts,
  candidates: readonly ClusterInfo[],
): Promise<readonly ObjectRef[]> {
  const seen = await Promise.all(candidates.map(({ name }) => clusters.get(name)?.lookOver({ kind: "cluster" })));
  return seen
    .flatMap((one) => (one === undefined || one === null || isRefusal(one) ? [] : one.workloads))
    .map((row) => row.object)
    .filter((object) => namespace === null || object.namespace === namespace);
}
