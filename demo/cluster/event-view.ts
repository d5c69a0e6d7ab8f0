// Events as events.k8s.io/v1 shows them; they are stored, and served by the core group, as core/v1.
import type { Json, JsonObject } from "./json.ts";
import type { KubeObject } from "./object.ts";

const NAMES: readonly (readonly [core: string, grouped: string])[] = [
  ["involvedObject", "regarding"],
  ["message", "note"],
  ["reportingComponent", "reportingController"],
  ["firstTimestamp", "deprecatedFirstTimestamp"],
  ["lastTimestamp", "deprecatedLastTimestamp"],
  ["count", "deprecatedCount"],
  ["source", "deprecatedSource"],
];

function renamed(object: JsonObject, names: ReadonlyMap<string, string>): { [name: string]: Json | undefined } {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [names.get(name) ?? name, value]));
}

export function eventInGroup(event: KubeObject): KubeObject {
  const own = Object.fromEntries(NAMES.map(([core]) => [core, undefined]));
  const seen = { ...event, ...own, ...renamed(event, new Map(NAMES)) };
  // This group leaves out what the core group writes as an empty text.
  for (const name of ["reportingController", "reportingInstance"]) if (seen[name] === "") seen[name] = undefined;
  return { ...seen, apiVersion: "events.k8s.io/v1", kind: "Event", metadata: event.metadata };
}

/** The stored form of an event that was written through events.k8s.io. */
export function eventInCore(body: JsonObject): JsonObject {
  return { ...renamed(body, new Map(NAMES.map(([core, grouped]) => [grouped, core]))), apiVersion: "v1" };
}
