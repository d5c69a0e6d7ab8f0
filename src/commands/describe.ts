// `describe`: one object as YAML with its recent events; secret values never.
import { randomBytes } from "node:crypto";
import { defineRead } from "../core/action.ts";
import { mapAt } from "../core/json.ts";
import { fullName, type KubeObject } from "../core/kube.ts";
import { message, type Part } from "../core/message.ts";
import { target } from "../core/params.ts";
import { isRefusal, type Refusal } from "../core/refusal.ts";
import { redactObject } from "../kubernetes/redact.ts";
import { yamlText } from "../kubernetes/yaml-text.ts";
import { type Events, eventColumns, eventRow, listEvents } from "./parts/events.ts";
import { clusterOf, type Live, readLive } from "./parts/live.ts";

interface Facts {
  readonly live: Live;
  readonly events: Events;
  /** Random, of this answer: what stands for a secret value tells nothing about it. */
  readonly tagKey: Uint8Array;
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
    return isRefusal(events) ? events : { live, events, tagKey: randomBytes(32) };
  },
  answer: ({ live, events, tagKey }) => {
    const parts: Part[] = [
      { kind: "heading", icon: "info", text: fullName(live.ref) },
      { kind: "code", text: yamlText(redactObject(withoutManagers(live.object), tagKey)) },
    ];
    const { lines } = events;
    if (lines.length === 0) parts.push({ kind: "small", text: ["No events in the last hour."] });
    else
      parts.push({
        kind: "table",
        columns: eventColumns,
        rows: lines.slice(-15).map(eventRow),
      });
    if (lines.length > 15 || events.remaining > 0)
      parts.push({ kind: "small", text: [`Older events are left out; type: events ${fullName(live.ref)}`] });
    return message(fullName(live.ref), parts);
  },
});

function withoutManagers(object: KubeObject): KubeObject {
  const { managedFields: _fields, ...metadata } = mapAt(object, "metadata");
  return { ...object, metadata };
}
