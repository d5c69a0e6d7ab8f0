// `status`: what runs and what is not well, from the watch caches: all clusters, one, a namespace, a workload.
import { defineRead } from "../core/action.ts";
import { bold, code, type Message, message, type Part, time } from "../core/message.ts";
import { scope, type Target } from "../core/params.ts";
import type { Cluster, Clusters, Overview, OverviewScope, TroubledPod, WorkloadRow } from "../core/ports/clusters.ts";
import { isRefusal, type Refusal } from "../core/refusal.ts";
import { age } from "../kubernetes/age.ts";
import { shortImage } from "../kubernetes/images.ts";
import { awayParts, withAway } from "./parts/away.ts";
import { clusterOf } from "./parts/live.ts";
import { workloads } from "./parts/workloads.ts";

interface Seen {
  readonly cluster: string;
  readonly environment: string;
  readonly scope: OverviewScope;
  /** null while the cache is not warm or the cluster is away from the start. */
  readonly overview: Overview | null;
}

export const status = defineRead({
  name: "status",
  summary: "What runs and what is not well",
  examples: ["status", "status production:", "status shop", "status checkout"],
  params: {
    target: scope({ kinds: workloads, summary: "a cluster, a namespace or a workload; everything when left out" }),
  },
  needs: ["clusters", "health"],
  async observe({ clusters, health }, args) {
    const seen = await lookOver(clusters, args.target);
    return isRefusal(seen) ? seen : { seen, away: awayParts(health.parts()) };
  },
  answer: ({ seen, away }) => withAway(render(seen), away),
  ready: ({ clusters, health }, args) => {
    const places = placesOf(clusters, args.target);
    if (isRefusal(places)) return places;
    const seen = places.map((place) => seenOf(place, place.on.overview(place.scope)));
    return seen.every((one) => one.overview !== null) ? withAway(render(seen), awayParts(health.parts())) : null;
  },
});

interface Looked extends Omit<Seen, "overview"> {
  readonly on: Cluster;
}

async function lookOver(clusters: Clusters, target: Target): Promise<readonly Seen[] | Refusal> {
  const places = placesOf(clusters, target);
  if (isRefusal(places)) return places;
  const looked = await Promise.all(
    places.map(async (place) => ({ place, overview: await place.on.lookOver(place.scope) })),
  );
  const refused = looked.map(({ overview }) => overview).find((overview) => isRefusal(overview));
  const seen = looked.flatMap(({ place, overview }) => (isRefusal(overview) ? [] : [seenOf(place, overview)]));
  // Of several clusters, those are shown that may be seen.
  return seen.length === 0 && refused !== undefined ? refused : seen;
}

const seenOf = ({ on: _, ...place }: Looked, overview: Overview | null): Seen => ({ ...place, overview });

function placesOf(clusters: Clusters, target: Target): readonly Looked[] | Refusal {
  const names = target.kind === "everything" ? clusters.all().map((info) => info.name) : [clusterNameOf(target)];
  const places: Looked[] = [];
  for (const name of names) {
    const on = clusterOf(clusters, name);
    if (isRefusal(on)) return on;
    places.push({ on, cluster: name, environment: on.info.environment, scope: scopeOf(target) });
  }
  return places;
}

function clusterNameOf(target: Exclude<Target, { kind: "everything" }>): string {
  return target.kind === "object" ? target.object.cluster : target.cluster;
}

function scopeOf(target: Target): OverviewScope {
  switch (target.kind) {
    case "object":
      return { kind: "workload", object: target.object };
    case "namespace":
      return { kind: "namespace", namespace: target.namespace };
    case "cluster":
    case "everything":
      return { kind: "cluster" };
  }
}

/** Rows of workloads that are well beyond these are counted, not listed; what is not well is always listed. */
const listedWhenWell = 15;
/** So many workloads are told why, and pods listed; the rest is counted. */
const toldWhy = 5;
const listedPods = 10;

/** What was rendered of an overview, by its identity: many ask for the same within a second, and it is pure. */
const rendered = new WeakMap<Overview, { readonly of: readonly Seen[]; readonly message: Message }>();

function render(seen: readonly Seen[]): Message {
  const first = seen[0]?.overview ?? null;
  if (first === null) return renderAnew(seen);
  const kept = rendered.get(first);
  if (kept !== undefined && kept.of.length === seen.length && kept.of.every((one, at) => isSame(one, seen[at])))
    return kept.message;
  const made = renderAnew(seen);
  rendered.set(first, { of: seen, message: made });
  return made;
}

function isSame(one: Seen, other: Seen | undefined): boolean {
  return other !== undefined && one.overview === other.overview && one.cluster === other.cluster;
}

function renderAnew(seen: readonly Seen[]): Message {
  const parts = seen.flatMap((one) => (one.overview === null ? unknown(one) : known(one, one.overview)));
  const troubled = seen.flatMap((one) => unwell(one.overview));
  return message(summaryOf(seen, troubled), parts);
}

/** Never says healthy of what is not known. */
function summaryOf(seen: readonly Seen[], troubled: readonly WorkloadRow[]): string {
  const unknown = seen.filter((one) => one.overview === null).map((one) => one.cluster);
  const names = troubled.slice(0, 3).map((row) => row.object.name);
  const says = troubled.length === 0 ? "" : `${troubled.length} not well: ${names.join(", ")}`;
  if (unknown.length > 0) return [says, `Not known: ${unknown.join(", ")}`].filter((one) => one !== "").join(". ");
  if (says !== "") return troubled.length > 3 ? `${says} …` : says;
  const some = seen.some((one) => (one.overview?.workloads.length ?? 0) > 0);
  return some ? "Everything that is seen is healthy." : "Nothing runs there.";
}

function unwell(overview: Overview | null): readonly WorkloadRow[] {
  return overview === null
    ? []
    : overview.workloads.filter((row) => row.health !== "healthy" && row.health !== "scaled-to-zero");
}

function unknown(one: Seen): readonly Part[] {
  return [
    { kind: "heading", icon: "warn", text: `${one.cluster}${environmentOf(one)}` },
    {
      kind: "text",
      text: [
        "Not known: the cluster has not answered since the bot started. Reads that go to the server directly, such as get pods, may say why.",
      ],
    },
  ];
}

function known(one: Seen, overview: Overview): readonly Part[] {
  const bad = unwell(overview);
  const well = overview.workloads.filter((row) => !bad.includes(row));
  const listed =
    one.scope.kind === "workload"
      ? overview.workloads
      : [...bad, ...well.slice(0, Math.max(0, listedWhenWell - bad.length))];
  const left = overview.workloads.length - listed.length;
  const { pods, nodes } = overview;
  const [only] = one.scope.kind === "workload" ? listed : [];
  const parts: Part[] = [
    { kind: "heading", icon: bad.length > 0 ? "warn" : "ok", text: `${titleOf(one)}${environmentOf(one)}` },
    {
      kind: "text",
      text: [
        ...(only === undefined ? [] : [bold(only.health), ` · ${imagesOf(only)} · `]),
        `${pods.ready} of ${pods.total} pods ready`,
        only === undefined ? "" : ` for ${only.desired} wanted`,
        pods.pending > 0 ? `, ${pods.pending} pending` : "",
        pods.failed > 0 ? `, ${pods.failed} failed` : "",
        one.scope.kind === "cluster" && nodes !== null ? `; ${nodes.ready} of ${nodes.total} nodes ready` : "",
      ],
    },
  ];
  if (listed.length > 0 && only === undefined)
    parts.push({
      kind: "table",
      columns: ["WORKLOAD", "READY", "HEALTH", "IMAGES"],
      rows: listed.map((row) => rowOf(row, one.scope.kind)),
    });
  if (left > 0)
    parts.push({ kind: "small", text: [`and ${left} more that are healthy; name a namespace to see them`] });
  for (const row of bad.slice(0, toldWhy))
    parts.push({
      kind: "text",
      icon: "warn",
      text: [...(only === undefined ? [code(`${row.object.namespace}/${row.object.name}`), " "] : []), row.says],
    });
  if (bad.length > toldWhy)
    parts.push({ kind: "small", text: [`and ${bad.length - toldWhy} more that are not well; name one to see why`] });
  parts.push(...troubledPods(overview, only === undefined));
  if (overview.troubled.length > listedPods)
    parts.push({ kind: "small", text: [`and ${overview.troubled.length - listedPods} more pods in trouble`] });
  parts.push(...suggestions(bad, overview.troubled));
  if (overview.isPartial)
    parts.push({ kind: "small", text: ["Only what this cluster lets you list is shown and counted."] });
  parts.push({
    kind: "small",
    text: [overview.live ? "As of " : "The watch is broken; last known as of ", time(overview.asOf)],
  });
  return parts;
}

/** A message of Slack holds one table: beside another one, pods are lines, which a phone can wrap. */
function troubledPods({ troubled }: Overview, isBesideTable: boolean): readonly Part[] {
  const shown = troubled.slice(0, listedPods);
  if (shown.length === 0) return [];
  if (isBesideTable)
    return shown.map((pod) => ({
      kind: "text",
      text: [
        code(`${pod.namespace}/${pod.name}`),
        ` ${pod.reason}, ${pod.restarts} ${pod.restarts === 1 ? "restart" : "restarts"}, for ${age(pod.sinceMs)}`,
      ],
    }));
  const rows = shown.map((pod) => [pod.name, pod.reason, String(pod.restarts), age(pod.sinceMs)]);
  return [{ kind: "table", columns: ["POD", "REASON", "RESTARTS", "SINCE"], rows }];
}

/** At 03:00 the next step is a button. */
function suggestions(bad: readonly WorkloadRow[], troubled: readonly TroubledPod[]): readonly Part[] {
  const hasTrouble = ({ object }: WorkloadRow) =>
    troubled.some((pod) => pod.namespace === object.namespace && pod.name.startsWith(`${object.name}-`));
  const stuck = bad.filter((row) => row.health === "stuck" || row.health === "degraded" || hasTrouble(row)).slice(0, 2);
  if (stuck.length === 0) return [];
  const buttons = stuck.flatMap((row) => {
    const name = `${row.object.cluster}:${row.object.namespace}/${row.object.name}`;
    return [
      { action: "run-command" as const, label: `Log of ${row.object.name}`.slice(0, 70), value: `logs ${name}` },
      { action: "run-command" as const, label: `History of ${row.object.name}`.slice(0, 70), value: `history ${name}` },
      {
        action: "run-command" as const,
        label: `Plan a rollback of ${row.object.name}`.slice(0, 70),
        value: `rollback ${name} --dry-run`,
      },
    ];
  });
  return [{ kind: "buttons", buttons }];
}

/** Said only where the cluster's name does not say it. */
function environmentOf(one: Seen): string {
  return one.environment === one.cluster ? "" : ` (${one.environment})`;
}

function titleOf(one: Seen): string {
  switch (one.scope.kind) {
    case "cluster":
      return one.cluster;
    case "namespace":
      return `${one.cluster}:${one.scope.namespace}`;
    case "workload":
      return `${one.cluster}:${one.scope.object.namespace}/${one.scope.object.name}`;
  }
}

const imagesOf = (row: WorkloadRow): string => row.images.map(shortImage).join(", ");

/** Short, so that a phone shows readiness and health beside it: kubectl's short kinds, and no namespace in a namespace. */
function rowOf(row: WorkloadRow, scope: OverviewScope["kind"]): readonly string[] {
  const kind = row.object.kind.shortNames[0] ?? row.object.kind.singular;
  const name = `${kind}/${row.object.name}`;
  return [
    scope === "namespace" ? name : `${row.object.namespace}/${name}`,
    `${row.ready}/${row.desired}`,
    row.health,
    imagesOf(row),
  ];
}
