// From parsed words to an invocation: targets resolved, arguments read, and the form of it that is stored and run again.
import type { AnyAction } from "../core/action.ts";
import { textAt } from "../core/json.ts";
import { fullName, type ObjectRef } from "../core/kube.ts";
import { type Param, readArgs, type Target } from "../core/params.ts";
import type { Invocation } from "../core/plan.ts";
import type { Clusters } from "../core/ports/clusters.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import type { Parsed } from "./parse.ts";
import { type PlaceContext, resolveTarget, resourceName } from "./resolve.ts";
import { readTarget } from "./target.ts";
import { flagName } from "./usage.ts";

export interface Invoked {
  readonly action: AnyAction;
  /** What the action's own params read; typed by them, opaque here. */
  readonly args: unknown;
  readonly invocation: Invocation;
  /** Resolved targets by parameter. */
  readonly targets: Readonly<Record<string, Target>>;
}

/** Typed words, with targets found by the grammar's rules: given, from the place, or by being unique. */
export async function invoke(clusters: Clusters, parsed: Parsed, context: PlaceContext): Promise<Invoked | Refusal> {
  const targets: Record<string, Target> = {};
  const typed: Record<string, string> = { ...parsed.typed };
  for (const [key, param] of Object.entries(parsed.action.params)) {
    if (param.place === "flag" && (key === "cluster" || key === "namespace") && typed[key] === undefined) {
      const fromPlace = key === "cluster" ? clusterHere(clusters, context) : namespaceHere(typed, context);
      if (fromPlace !== null) typed[key] = fromPlace;
    }
    if (param.target === undefined) continue;
    const target = await resolveTarget(clusters, {
      verb: parsed.action.name,
      text: typed[key],
      cluster: parsed.cluster,
      namespace: parsed.namespace,
      spec: param.target,
      context,
      commandWith: (text) => commandText(parsed.action, { ...parsed.typed, [key]: text }, parsed),
    });
    if (isRefusal(target)) return target;
    targets[key] = target;
    const exact = exactTarget(target);
    if (exact !== null) typed[key] = exact;
  }
  return finish(parsed.action, typed, targets);
}

/** The channel's cluster, else the only or default one: filled in before the policy is asked, so that it is asked about it. */
function clusterHere(clusters: Clusters, context: PlaceContext): string | null {
  const all = clusters.all();
  const chosen = all.length === 1 ? all[0] : all.find((info) => info.isDefault);
  return context.cluster ?? chosen?.name ?? null;
}

/** The channel's namespace is one of the channel's cluster, and of no other. */
function namespaceHere(typed: Readonly<Record<string, string>>, context: PlaceContext): string | null {
  const isHere = context.cluster === null || typed.cluster === context.cluster;
  return isHere && typed.allNamespaces === undefined ? context.namespace : null;
}

/** A stored invocation again: full names only, each object read fresh, so that nothing is guessed a second time. */
export async function invokeAgain(
  clusters: Clusters,
  action: AnyAction,
  invocation: Invocation,
): Promise<Invoked | Refusal> {
  const targets: Record<string, Target> = {};
  for (const [key, param] of Object.entries(action.params)) {
    const text = invocation.args[key];
    if (param.target === undefined || text === undefined) continue;
    const scope = param.target.scope === "object-or-scope" ? exactScope(clusters, text) : null;
    if (scope !== null) {
      targets[key] = scope;
      continue;
    }
    const object = await exactObject(clusters, text);
    if (isRefusal(object)) return object;
    targets[key] = { kind: "object", object };
  }
  return finish(action, invocation.args, targets);
}

function finish(
  action: AnyAction,
  typed: Readonly<Record<string, string>>,
  targets: Readonly<Record<string, Target>>,
): Invoked | Refusal {
  const values = Object.fromEntries(
    Object.entries(targets).map(([key, target]) => [key, valueFor(action.params[key], target)]),
  );
  const args = readArgs(action.params, typed, values);
  if (isRefusal(args)) return args;
  return { action, args, targets, invocation: { verb: action.name, args: typed } };
}

function valueFor(param: Param<unknown> | undefined, target: Target): unknown {
  if (param?.target?.scope === "object-or-scope") return target;
  return target.kind === "object"
    ? target.object
    : refuse("missing-argument", "A single object is needed here.", "Type its full name: cluster:namespace/kind/name");
}

/** `cluster:namespace/deployments.apps/name`: no two objects share it. */
export function exactName(object: ObjectRef): string {
  const place = object.namespace === null ? "" : `${object.namespace}/`;
  return `${object.cluster}:${place}${resourceName(object)}/${object.name}`;
}

/** `cluster:namespace/` and `cluster:`: a stored scope is never looked for a second time. */
function exactTarget(target: Target): string | null {
  switch (target.kind) {
    case "object":
      return exactName(target.object);
    case "namespace":
      return `${target.cluster}:${target.namespace}/`;
    case "cluster":
      return `${target.cluster}:`;
    case "everything":
      return null;
  }
}

/** null for what names an object, or a cluster that is not configured any more. */
function exactScope(clusters: Clusters, text: string): Target | null {
  const parts = readTarget(text, () => true);
  if (isRefusal(parts) || parts.name !== null || parts.cluster === null || clusters.get(parts.cluster) === null)
    return null;
  const { cluster, namespace } = parts;
  return namespace === null ? { kind: "cluster", cluster } : { kind: "namespace", cluster, namespace };
}

async function exactObject(clusters: Clusters, text: string): Promise<ObjectRef | Refusal> {
  const parts = readTarget(text, () => true);
  if (isRefusal(parts)) return parts;
  const cluster = parts.cluster === null ? null : clusters.get(parts.cluster);
  if (cluster === null || parts.kind === null || parts.name === null) return gone(text);
  const kind = await cluster.kindOf(parts.kind);
  if (isRefusal(kind)) return kind;
  const locator = {
    cluster: cluster.info.name,
    kind,
    namespace: kind.namespaced ? parts.namespace : null,
    name: parts.name,
  };
  const live = await cluster.read(locator);
  if (isRefusal(live)) return live;
  if (live === null) return gone(fullName(locator));
  return { ...locator, uid: textAt(live, "metadata", "uid") };
}

function gone(text: string): Refusal {
  return refuse("no-such-target", `${text} does not exist any more.`, "Type status to see what runs now.");
}

/** The command as a person would type it; what a choice or a button stands for. */
export function commandText(
  action: AnyAction,
  typed: Readonly<Record<string, string>>,
  more: { readonly reason?: string | null; readonly dryRun?: boolean; readonly share?: boolean } = {},
): string {
  const words = [action.name];
  for (const [key, param] of Object.entries(action.params)) {
    const value = typed[key];
    if (value === undefined || param.place === "document") continue;
    if (param.after !== undefined) words.push(param.after);
    if (param.place === "switch") words.push(`--${flagName(key)}`);
    else if (param.place === "flag") words.push(`--${flagName(key)}`, quoted(value));
    else words.push(param.place === "rest" ? value : quoted(value));
  }
  if (more.dryRun === true) words.push("--dry-run");
  if (more.share === true) words.push("--share");
  if (more.reason !== undefined && more.reason !== null) words.push("because", more.reason);
  return words.join(" ").trim();
}

function quoted(value: string): string {
  return value === "" || value.includes(" ") || /^["']/.test(value) ? `"${value}"` : value;
}
