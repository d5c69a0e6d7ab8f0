// The differences of two meanings, path by path as people name fields.
import { canonicalJson } from "../core/digest.ts";
import { isJsonObject, type Json, type JsonObject, listAt } from "../core/json.ts";
import { visible } from "./visible.ts";

export interface FieldDifference {
  /** `spec.template.spec.containers[app].image`, unseen characters as escapes. */
  readonly path: string;
  /** undefined where the field is absent. */
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** Keys of Kubernetes' list maps (the API's `x-kubernetes-list-map-keys`), by field name; several where kinds differ. */
const listKeys: Readonly<Record<string, readonly (readonly string[])[]>> = {
  containers: [["name"]],
  initContainers: [["name"]],
  ephemeralContainers: [["name"]],
  env: [["name"]],
  volumes: [["name"]],
  imagePullSecrets: [["name"]],
  volumeClaimTemplates: [["metadata.name"]],
  volumeMounts: [["mountPath"]],
  volumeDevices: [["devicePath"]],
  hostAliases: [["ip"]],
  topologySpreadConstraints: [["topologyKey", "whenUnsatisfiable"]],
  ports: [
    ["containerPort", "protocol"],
    ["port", "protocol"],
  ],
  conditions: [["type"]],
  ownerReferences: [["uid"]],
  schedulingGates: [["name"]],
  webhooks: [["name"]],
  versions: [["name"]],
};

/**
 * Every difference, in the order of the paths' keys; none exactly when both are the same JSON. Items of list maps are met by
 * their keys; where only their order differs, one difference of the whole list says so, since order means something in env
 * and initContainers.
 */
export function fieldDifferences(before: JsonObject | null, after: JsonObject | null): readonly FieldDifference[] {
  const found: FieldDifference[] = [];
  if (before === null || after === null) {
    if (before !== after) found.push({ path: "", before: before ?? undefined, after: after ?? undefined });
    return found;
  }
  compareMaps(before, after, "", found);
  return found;
}

function compare(before: Json | undefined, after: Json | undefined, place: Place, found: FieldDifference[]): void {
  if (isJsonObject(before) && isJsonObject(after)) compareMaps(before, after, place.path, found);
  else if (Array.isArray(before) && Array.isArray(after)) {
    compareLists(listAt(before), listAt(after), place, found);
  } else if (!same(before, after)) found.push({ path: place.path, before, after });
}

interface Place {
  readonly path: string;
  readonly field: string;
}

function compareMaps(before: JsonObject, after: JsonObject, path: string, found: FieldDifference[]): void {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  for (const field of fields) {
    const inside = { path: joined(path, field), field };
    compare(own(before, field), own(after, field), inside, found);
  }
}

function compareLists(before: readonly Json[], after: readonly Json[], place: Place, found: FieldDifference[]): void {
  const keyed = keyedBoth(before, after, place.field);
  if (keyed === null) {
    for (let index = 0; index < Math.max(before.length, after.length); index++) {
      compare(before[index], after[index], { path: `${place.path}[${index}]`, field: "" }, found);
    }
    return;
  }
  for (const key of new Set([...keyed.before.keys(), ...keyed.after.keys()])) {
    compare(keyed.before.get(key), keyed.after.get(key), { path: `${place.path}[${named(key)}]`, field: "" }, found);
  }
  const common = (keys: Iterable<string>, others: ReadonlyMap<string, Json>) =>
    [...keys].filter((key) => others.has(key));
  const orderBefore = common(keyed.before.keys(), keyed.after);
  const orderAfter = common(keyed.after.keys(), keyed.before);
  if (!same(orderBefore, orderAfter)) {
    found.push({ path: `${place.path} (order)`, before: orderBefore, after: orderAfter });
  }
}

type Keyed = ReadonlyMap<string, Json>;

function keyedBoth(
  before: readonly Json[],
  after: readonly Json[],
  field: string,
): { readonly before: Keyed; readonly after: Keyed } | null {
  for (const keys of Object.hasOwn(listKeys, field) ? (listKeys[field] ?? []) : []) {
    const maps = { before: keyedList(before, keys), after: keyedList(after, keys) };
    if (maps.before !== null && maps.after !== null) return { before: maps.before, after: maps.after };
  }
  return null;
}

/** The list by its keys; null when an item lacks the first key or two items share them. */
function keyedList(list: readonly Json[], keys: readonly string[]): Keyed | null {
  const map = new Map<string, Json>();
  for (const item of list) {
    const [first, ...others] = keys.map((key) => keyOf(item, key));
    if (first === undefined || first === "") return null;
    // The default protocol is not worth a word: ports[8080], ports[53/UDP].
    const key = [first, ...others.filter((part) => part !== "" && part !== "TCP")].join("/");
    if (map.has(key)) return null;
    map.set(key, item);
  }
  return map;
}

function keyOf(item: Json, key: string): string {
  let here: Json | undefined = item;
  for (const step of key.split(".")) here = isJsonObject(here) ? own(here, step) : undefined;
  return typeof here === "string" || typeof here === "number" ? String(here) : "";
}

const own = (map: JsonObject, key: string): Json | undefined => (Object.hasOwn(map, key) ? map[key] : undefined);

const same = (a: Json | undefined, b: Json | undefined): boolean =>
  a === undefined || b === undefined ? a === b : canonicalJson(a) === canonicalJson(b);

const joined = (path: string, field: string): string => {
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(field)) return `${path}["${visible(field).replaceAll('"', '\\"')}"]`;
  return path === "" ? field : `${path}.${field}`;
};

const named = (key: string): string =>
  /^[A-Za-z0-9._/:-]+$/.test(key) ? key : `"${visible(key).replaceAll('"', '\\"')}"`;
