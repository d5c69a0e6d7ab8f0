// `events`: what Kubernetes says happened, newest last.
import { defineRead } from "../core/action.ts";
import { message, type Part } from "../core/message.ts";
import { flagOf, onOff, readDuration, scope, type Target } from "../core/params.ts";
import type { Clusters } from "../core/ports/clusters.ts";
import { isRefusal, type Refusal } from "../core/refusal.ts";
import { type Events, eventColumns, eventRow, listEvents } from "./parts/events.ts";
import { clusterOf } from "./parts/live.ts";
import { clusterFor } from "./parts/place.ts";

const since = { usage: "DURATION", summary: "how far back, for example 15m; an hour is what Kubernetes keeps" };

interface Facts {
  readonly events: Events;
  readonly where: string;
}

export const events = defineRead({
  name: "events",
  summary: "What Kubernetes says happened lately",
  examples: ["events checkout", "events shop --warnings", "events production: --since 15m"],
  params: {
    target: scope({ summary: "a cluster, a namespace or an object" }),
    since: flagOf(since, readDuration),
    warnings: onOff("only warnings"),
  },
  needs: ["clusters", "clock"],
  observe: async ({ clusters, clock: now }, args): Promise<Facts | Refusal> => {
    const place = placeOf(clusters, args.target);
    if (isRefusal(place)) return place;
    const found = await listEvents(place.cluster, {
      namespace: place.namespace,
      limit: 1000,
      ...(place.involved === undefined ? {} : { involved: place.involved }),
    });
    if (isRefusal(found)) return found;
    const from = args.since === undefined ? 0 : now.now() - args.since;
    const lines = found.lines.filter((event) => event.at >= from && (!args.warnings || event.type === "Warning"));
    return { events: { ...found, lines }, where: place.where };
  },
  answer: ({ events: { lines, remaining }, where }, args) => {
    const what = `${args.warnings ? "warnings" : "events"} for ${where}`;
    if (lines.length === 0)
      return message(`No ${what}.`, [
        { kind: "text", icon: "info", text: [`No ${what}. Kubernetes keeps them for about an hour.`] },
      ]);
    const rows = lines.map((event) => [
      ...eventRow(event),
      event.namespace === "" ? event.object : `${event.namespace}/${event.object}`,
    ]);
    const parts: Part[] = [{ kind: "table", columns: [...eventColumns, "OBJECT"], rows }];
    if (remaining > 0)
      parts.push({
        kind: "small",
        text: [`At least ${remaining} more on the server; name a namespace or an object to see all of it.`],
      });
    return message(`${lines.length} ${what}`, parts);
  },
});

function placeOf(clusters: Clusters, target: Target) {
  switch (target.kind) {
    case "object": {
      const cluster = clusterOf(clusters, target.object.cluster);
      return isRefusal(cluster)
        ? cluster
        : { cluster, namespace: target.object.namespace, involved: target.object, where: target.object.name };
    }
    case "namespace": {
      const cluster = clusterOf(clusters, target.cluster);
      return isRefusal(cluster)
        ? cluster
        : { cluster, namespace: target.namespace, involved: undefined, where: `${target.cluster}:${target.namespace}` };
    }
    case "cluster":
    case "everything": {
      const cluster = clusterFor(clusters, target.kind === "cluster" ? target.cluster : undefined);
      return isRefusal(cluster) ? cluster : { cluster, namespace: null, involved: undefined, where: cluster.info.name };
    }
  }
}
