// `logs`: the last lines of a container, from a pod or from a workload's newest pod that has trouble.
import { RE2JS } from "re2js";
import { defineRead } from "../core/action.ts";
import { at, listAt, numberAt, textAt } from "../core/json.ts";
import { fullName, type KubeObject, type ObjectRef } from "../core/kube.ts";
import { code, message, type Part } from "../core/message.ts";
import { flag, flagOf, onOff, readDuration, target, wholeNumber } from "../core/params.ts";
import type { Cluster, LogText } from "../core/ports/clusters.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import { selectorText } from "../kubernetes/selector.ts";
import { clusterOf, readLive } from "./parts/live.ts";

const sinceWords = { usage: "DURATION", summary: "only what is newer, for example 15m" };
const tailWords = { usage: "N", summary: "how many lines; 200 by default", min: 1, max: 5000 };
/** What one answer reads at most; the rest is named, never cut in silence. */
const limitBytes = 1_000_000;

interface Facts {
  readonly pod: string;
  readonly others: number;
  readonly log: LogText;
}

export const logs = defineRead({
  name: "logs",
  summary: "The last lines of a container",
  examples: ["logs checkout", "logs checkout --since 15m --grep timeout", "logs pod/cart-0 -n shop --previous -c app"],
  params: {
    target: target({
      kinds: ["deployments.apps", "statefulsets.apps", "daemonsets.apps", "pods", "jobs.batch", "replicasets.apps"],
      scope: "object",
      summary: "a pod or a workload",
    }),
    since: flagOf(sinceWords, readDuration),
    grep: flag({ usage: "PATTERN", summary: "only lines that match, in RE2 syntax" }),
    previous: onOff("of the container before its last restart"),
    container: flag({ usage: "CONTAINER", summary: "which container" }),
    tail: flagOf(tailWords, wholeNumber(tailWords)),
  },
  needs: ["clusters"],
  observe: async ({ clusters }, args): Promise<Facts | Refusal> => {
    const cluster = clusterOf(clusters, args.target.cluster);
    if (isRefusal(cluster)) return cluster;
    const pods = await podsOf(cluster, args.target, clusters);
    if (isRefusal(pods)) return pods;
    const [pod] = pods.toSorted(args.previous ? byRestarts : byTrouble);
    if (pod === undefined)
      return refuse("no-logs", `${fullName(args.target)} has no pods.`, `Type: events ${fullName(args.target)}`);
    const container = args.container ?? defaultContainer(pod);
    const names = containerNames(pod);
    if (!names.includes(container))
      return refuse("bad-argument", `There is no container “${container}”.`, `The containers are ${names.join(", ")}.`);
    if (args.previous && restartsOf(pod, container) === 0) {
      return refuse(
        "no-logs",
        `Container ${container} of ${textAt(pod, "metadata", "name")} has not restarted, so there is no earlier log.`,
        `Type: logs ${fullName(args.target)}`,
      );
    }
    const log = await cluster.logs({
      namespace: textAt(pod, "metadata", "namespace"),
      pod: textAt(pod, "metadata", "name"),
      container,
      previous: args.previous,
      tailLines: args.grep === undefined ? (args.tail ?? 200) : 5000,
      limitBytes,
      ...(args.since === undefined ? {} : { sinceSeconds: Math.max(1, Math.ceil(args.since / 1000)) }),
    });
    return isRefusal(log) ? log : { pod: textAt(pod, "metadata", "name"), others: pods.length - 1, log };
  },
  answer: ({ pod, others, log }, args) => {
    const lines = matching(log.text, args.grep);
    if (isRefusal(lines)) return lines;
    const shown = lines.slice(-(args.tail ?? 200));
    if (shown.length === 0) {
      return refuse(
        "no-logs",
        `${pod} (container ${log.container}) has ${args.grep === undefined && args.since === undefined ? "logged nothing" : "no such lines"}.`,
        "Try a longer --since, another --grep, or --previous for the run before the last restart.",
      );
    }
    const parts: Part[] = [
      {
        kind: "text",
        icon: "info",
        text: [code(pod), ` container ${log.container}`, args.previous ? ", before its last restart" : ""],
      },
      { kind: "code", text: shown.join("\n") },
    ];
    if (others > 0)
      parts.push({ kind: "small", text: [`The one with most trouble of ${others + 1} pods; name a pod for another.`] });
    if (log.more || shown.length < lines.length)
      parts.push({
        kind: "small",
        text: ["There are more lines than these; --tail, --since and --grep choose others."],
      });
    return message(`Log of ${pod}`, parts);
  },
});

function matching(text: string, pattern: string | undefined): readonly string[] | Refusal {
  const lines = text.split("\n").filter((line) => line !== "");
  if (pattern === undefined) return lines;
  try {
    const compiled = RE2JS.compile(pattern);
    return lines.filter((line) => compiled.matcher(line).find());
  } catch (error) {
    return refuse(
      "bad-argument",
      `“${pattern}” is no RE2 pattern: ${error instanceof Error ? error.message : "unknown"}.`,
      "Plain words always work; escape . ( [ * + ? with a backslash.",
    );
  }
}

async function podsOf(
  cluster: Cluster,
  object: ObjectRef,
  clusters: Parameters<typeof readLive>[0],
): Promise<readonly KubeObject[] | Refusal> {
  const live = await readLive(clusters, object);
  if (isRefusal(live)) return live;
  if (object.kind.kind === "Pod") return [live.object];
  const kind = await cluster.kindOf("pods");
  if (isRefusal(kind)) return kind;
  const list = await cluster.list({
    kind,
    namespace: object.namespace,
    labelSelector: selectorText(at(live.object, "spec", "selector")),
    limit: 500,
  });
  return isRefusal(list) ? list : list.items;
}

function containerNames(pod: KubeObject): readonly string[] {
  return ["containers", "initContainers", "ephemeralContainers"].flatMap((list) =>
    listAt(pod, "spec", list).map((one) => textAt(one, "name")),
  );
}

/** kubectl: annotation kubectl.kubernetes.io/default-container, else the first. */
function defaultContainer(pod: KubeObject): string {
  const annotated = textAt(pod, "metadata", "annotations", "kubectl.kubernetes.io/default-container");
  return annotated !== "" ? annotated : (containerNames(pod)[0] ?? "");
}

function byTrouble(a: KubeObject, b: KubeObject): number {
  return (
    trouble(b) - trouble(a) ||
    textAt(b, "metadata", "creationTimestamp").localeCompare(textAt(a, "metadata", "creationTimestamp"))
  );
}

function byRestarts(a: KubeObject, b: KubeObject): number {
  return restartsOf(b) - restartsOf(a);
}

function trouble(pod: KubeObject): number {
  const unready = listAt(pod, "status", "containerStatuses").some((one) => at(one, "ready") !== true);
  return (unready ? 1_000_000 : 0) + restartsOf(pod);
}

/** Of one container, or of all of the pod's. */
function restartsOf(pod: KubeObject, container?: string): number {
  return ["containerStatuses", "initContainerStatuses"]
    .flatMap((list) => listAt(pod, "status", list))
    .filter((one) => container === undefined || textAt(one, "name") === container)
    .reduce<number>((sum, one) => sum + numberAt(one, 0, "restartCount"), 0);
}
