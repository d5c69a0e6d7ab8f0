// From an invocation to a plan: observe, decide, dry-run, risk facts, digest. Nothing is changed.
import { riskFactsOf } from "../approvals/risks.ts";
import type { AnyAction, Asking } from "../core/action.ts";
import { fullName, type KubeObject } from "../core/kube.ts";
import type { Change, Draft, ObjectChange, Plan, PlannedChange, PreviewedChange } from "../core/plan.ts";
import type { Clusters } from "../core/ports/clusters.ts";
import type { Ports } from "../core/ports/index.ts";
import { noSpans } from "../core/ports/spans.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import type { RiskFact } from "../core/risk.ts";
import { fieldDifferences } from "../kubernetes/diff.ts";
import { meaningOf } from "../kubernetes/normalise.ts";
import { whyNoToken } from "./access/make-token.ts";
import { clusterConfig, type Deps } from "./deps.ts";
import { holdsSecrets, type Identities, planDigest } from "./plan-digest.ts";

export interface Preparing {
  readonly action: AnyAction;
  /** As the action's own params read them, targets resolved. */
  readonly args: unknown;
  readonly asking: Asking;
  /** Of the request: secret values enter the digest under it. */
  readonly digestKey: string;
}

/**
 * The same world, arguments and request time give the same plan, whoever computes it: Slack, the CLI, the executor. The ports
 * are the requester's: rights that the calls take and the requester would lack, even approved, are a refusal here.
 */
export function prepare(deps: Pick<Deps, "config" | "spans">, ports: Ports, input: Preparing): Promise<Plan | Refusal> {
  const about = { "countersign.verb": input.action.name };
  return (deps.spans ?? noSpans).within({ name: "plan", request: null, about }, () => planOf(deps, ports, input));
}

async function planOf(deps: Pick<Deps, "config">, ports: Ports, input: Preparing): Promise<Plan | Refusal> {
  const { action, args, asking } = input;
  if (action.observe === undefined || action.decide === undefined) throw new Error(`${action.name} makes no plan`);
  const facts = await action.observe(only(ports, action.needs), args, asking);
  if (isRefusal(facts)) return facts;
  const draft = action.decide(facts, args, asking);
  if (isRefusal(draft)) return draft;
  const changes = await previewAll(deps, ports.clusters, draft.changes);
  if (isRefusal(changes)) return changes;
  const noToken = await whyNoToken(ports.clusters, draft);
  if (noToken !== null) return noToken;
  const identities = await identitiesOf(ports, draft);
  if (isRefusal(identities)) return identities;
  return complete({ action, draft, changes, key: input.digestKey, identities });
}

interface Parts {
  readonly action: AnyAction;
  readonly draft: Draft;
  readonly changes: readonly PlannedChange[];
  readonly key: string;
  readonly identities: Identities;
}

function complete({ action, draft, changes, key, identities }: Parts): Plan {
  const risks = sortRisks([...riskFactsOf(changes, draft.access), ...draft.risks]);
  const meaning = {
    verb: action.name,
    schema: action.schema ?? 1,
    changes,
    goals: draft.goals,
    risks,
    followUp: draft.followUp,
    ...(draft.notBefore === undefined ? {} : { notBefore: draft.notBefore }),
    ...(draft.access === undefined ? {} : { access: draft.access }),
  };
  // Whatever a manifest holds stands in the invocation and in the next stage too, beside the changes.
  const sensitive = takesDocument(action) || changes.some(holdsSecrets);
  return { ...draft, ...meaning, digest: planDigest(meaning, key, identities), sensitive };
}

function takesDocument(action: AnyAction): boolean {
  return Object.values(action.params).some((param) => param.place === "document");
}

const levels = { high: 0, medium: 1, low: 2 } as const;

function sortRisks(risks: readonly RiskFact[]): readonly RiskFact[] {
  const seen = new Map(risks.map((risk) => [`${risk.kind} ${risk.object} ${risk.says}`, risk]));
  return [...seen.values()].sort((a, b) => levels[a.level] - levels[b.level]);
}

/** Only what the action said it needs: nothing else is within its reach. */
export function only(ports: Ports, needs: readonly (keyof Ports)[]): Partial<Ports> {
  return Object.fromEntries(needs.map((name) => [name, ports[name]])) as Partial<Ports>;
}

async function previewAll(
  deps: Pick<Deps, "config">,
  clusters: Clusters,
  changes: readonly Change[],
): Promise<readonly PlannedChange[] | Refusal> {
  const planned: PlannedChange[] = [];
  for (const change of changes) {
    const one = change.kind === "object" ? await preview(deps, clusters, change) : change;
    if (isRefusal(one)) return one;
    planned.push(one);
  }
  return planned;
}

/** Two dry runs: what differs between them cannot be promised to anybody. */
async function preview(
  deps: Pick<Deps, "config">,
  clusters: Clusters,
  change: ObjectChange,
): Promise<PreviewedChange | Refusal> {
  const cluster = clusters.get(change.object.cluster);
  if (cluster === null) return noSuchCluster(change.object.cluster);
  const lacking = await cluster.mayWrite(change.call);
  if (lacking !== null) return lacking;
  const [first, second] = await Promise.all([cluster.preview(change.call), cluster.preview(change.call)]);
  if (isRefusal(first)) return first;
  if (isRefusal(second)) return second;
  if (change.operation === "delete" || first === null || second === null) return { ...change, after: null };
  const allowed = clusterConfig(deps, change.object.cluster)?.unstablePaths ?? [];
  const unstable = fieldDifferences(meaningOf(first), meaningOf(second)).map((one) => one.path);
  const surprising = unstable.filter((path) => !allowed.includes(path));
  if (surprising.length > 0) return unstableRefusal(change, surprising);
  return { ...change, after: steady(change, first, second, unstable) };
}

/** Which clusters these are now: what was countersigned for one is not done to another that took its name over. */
async function identitiesOf(
  { clusters }: Pick<Ports, "clusters">,
  { changes, goals }: Draft,
): Promise<Identities | Refusal> {
  const identities = new Map<string, string>();
  for (const one of [...changes, ...goals]) {
    if (one.kind === "setting" || one.kind === "membership" || identities.has(one.object.cluster)) continue;
    const { cluster: name } = one.object;
    const uid = (await clusters.get(name)?.identity()) ?? noSuchCluster(name);
    if (isRefusal(uid)) return uid;
    identities.set(name, uid);
  }
  return identities;
}

function noSuchCluster(name: string): Refusal {
  return refuse("no-such-cluster", `There is no cluster “${name}”.`, "Ask the admin of the bot.");
}

function unstableRefusal(change: ObjectChange, paths: readonly string[]): Refusal {
  return refuse(
    "unstable-dry-run",
    `Two dry runs of the same change of ${fullName(change.object)} differ at ${paths.join(", ")}.`,
    "An admission webhook writes something else each time. The admin can allow the path in clusters[].unstablePaths.",
  );
}

/** Where dry runs may differ, the value before stands in: such a path is neither shown nor part of the digest. */
function steady(change: ObjectChange, first: KubeObject, second: KubeObject, unstable: readonly string[]): KubeObject {
  if (unstable.length === 0) return meaningOf(first);
  return withoutPaths(meaningOf(first), meaningOf(second), change.before);
}

function withoutPaths(first: KubeObject, second: KubeObject, before: KubeObject | null): KubeObject {
  const kept: Record<string, KubeObject[string]> = {};
  for (const [key, value] of Object.entries(first)) {
    const other = second[key];
    const old = before === null ? undefined : before[key];
    if (JSON.stringify(value) === JSON.stringify(other)) kept[key] = value;
    else if (isMap(value) && isMap(other)) kept[key] = withoutPaths(value, other, isMap(old) ? old : null);
    else if (old !== undefined) kept[key] = old;
  }
  return kept;
}

function isMap(value: unknown): value is KubeObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
