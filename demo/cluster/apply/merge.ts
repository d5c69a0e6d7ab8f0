// Merges an applied configuration into the live object: structured-merge-diff's typed/merge.go.
import { asList, isObject, type Json, type JsonObject } from "../json.ts";
import type { ListType, Type } from "../schema/types.ts";
import { shapeOf } from "./shape.ts";

const size = (value: Json | undefined): number =>
  Array.isArray(value) ? value.length : isObject(value) ? Object.keys(value).length : 0;

/** The applied value wins leaf by leaf; what only the live value has stays. */
export function merge(live: Json | undefined, applied: Json | undefined, type: Type): Json | undefined {
  const shape = shapeOf(type, applied ?? live);
  if (shape.kind === "leaf" || (size(live) === 0 && size(applied) === 0)) return applied ?? live;
  if (shape.kind === "list") {
    if (applied === undefined) return live;
    return mergeLists(asList(live), asList(applied), { element: shape.element, elementOf: shape.elementOf });
  }
  if (applied === null) return undefined;
  const left = isObject(live) ? live : {};
  const right = isObject(applied) ? applied : {};
  const out: JsonObject = {};
  for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const merged = merge(left[name], right[name], shape.typeOf(name));
    if (merged !== undefined) out[name] = merged;
  }
  return out;
}

interface Items {
  readonly element: ListType["element"];
  readonly elementOf: (item: Json) => string;
}

/** Keeps the live order for what only the live list has, and the applied order for the applied items. */
function mergeLists(live: readonly Json[], applied: readonly Json[], items: Items): Json[] {
  const left = live.map((item) => ({ id: items.elementOf(item), item }));
  const right = applied.map((item) => ({ id: items.elementOf(item), item }));
  const liveById = new Map(left.map(({ id, item }) => [id, item]));
  const appliedById = new Map(right.map(({ id, item }) => [id, item]));
  const shared = right.filter(({ id }) => liveById.has(id)).map(({ id }) => id);
  const merged = new Set<string>();
  const out: Json[] = [];
  const take = (id: string): void => {
    const value = merge(liveById.get(id), appliedById.get(id), items.element);
    if (value !== undefined) out.push(value);
    if (appliedById.has(id)) merged.add(id);
    if (shared[0] === id) shared.shift();
  };
  let l = 0;
  let r = 0;
  while (l < left.length || r < right.length) {
    const liveId = left[l]?.id;
    const appliedId = right[r]?.id;
    if (liveId !== undefined && liveId === appliedId) {
      take(liveId);
      l += 1;
      r += 1;
    } else if (liveId !== undefined && !appliedById.has(liveId)) {
      take(liveId);
      l += 1;
    } else if (liveId !== undefined && (merged.has(liveId) || (appliedId !== undefined && shared[0] !== liveId))) {
      l += 1;
    } else if (appliedId !== undefined) {
      take(appliedId);
      r += 1;
    } else {
      l += 1;
    }
  }
  return out;
}
