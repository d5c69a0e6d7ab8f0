// `describe`: one object as YAML with its recent events; secret values never.
import { defineRead } from "../core/action.ts";
import { fullName, type KubeObject } from "../core/kube.ts";
import { message, type Part } from "../core/message.ts";
import { target } from "../core/params.ts";
import { isRefusal, type Refusal } from "../core/refusal.ts";
import { yamlText } from "../kubernetes/yaml-text.ts";
import { type EventLine, eventColumns, eventRow, listEvents } from "./parts/events.ts";
import { clusterOf, type Live, readLive } from "./parts/live.ts";

interface Facts {
  readonly live: Live;
  readonly events: readonly EventLine[];
}

export const describe = defineRead({
  name: "describe",
  summary: "One object in full, with its recent events",
  examples: ["describe checkout", "describe production:shop/pod/checkout-7d9f-abcde"],
  params: { target: target({ kinds: [], scope: "object", summary: "the object" }) },
  needs: ["clusters"],
  observe: async ({ clusters }, args): Promise<Facts | Refusal> => {
    const live = await readLive(clusters, args.target);
    if (isRefusal(live)) return live;
    const cluster = clusterOf(clusters, args.target.cluster);
    if (isRefusal(cluster)) return cluster;
    const events = await listEvents(cluster, { namespace: live.ref.namespace, involved: live.ref, limit: 500 });
    return isRefusal(events) ? events : { live, events };
  },
  answer: ({ live, events }) => {
    const parts: Part[] = [
      { kind: "heading", icon: "info", text: fullName(live.ref) },
      { kind: "code", text: yamlText(shown(live.object)) },
    ];
    if (events.length === 0) parts.push({ kind: "small", text: ["No events in the last hour."] });
    else
      parts.push({
        kind: "table",
        columns: eventColumns,
        rows: events.slice(-15).map(eventRow),
      });
    return message(fullName(live.ref), parts);
  },
});

function shown(object: KubeObject): KubeObject {
  const { managedFields: _fields, ...metadata } = (object.metadata ?? {}) as KubeObject;
  return { ...object, metadata };
}
