// What of the file is countersigned when it changes: whatever decides who counts, with which rights, where, and how long the evidence lasts (R31, T31).
import { isJsonObject, type JsonObject } from "../core/json.ts";

/** Whole sections of the file. */
export const countersignedSections = [
  ...["clusters", "groups", "onCall", "policy", "access", "breakglass", "identity", "retention"],
] as const satisfies readonly string[];

/** Of `limits` only what decides whose groups count, and for how long they can be lent. */
const countersignedLimits: readonly string[] = ["groupMaxAge", "delegation"];

/** Those parts of a checked file, as they were written. */
export function countersignedIn(file: JsonObject): JsonObject {
  const sections = countersignedSections.flatMap((name) => (file[name] === undefined ? [] : [[name, file[name]]]));
  const limits = limitsIn(file, (name) => countersignedLimits.includes(name));
  return Object.fromEntries([...sections, ...(Object.keys(limits).length === 0 ? [] : [["limits", limits]])]);
}

/** The rest of a file around other countersigned parts. */
export function withCountersigned(file: JsonObject, parts: JsonObject): JsonObject {
  const rest = Object.entries(file).filter(([name]) => !countersignedSections.some((section) => section === name));
  const limits = {
    ...limitsIn(file, (name) => !countersignedLimits.includes(name)),
    ...limitsIn(parts, (name) => countersignedLimits.includes(name)),
  };
  return { ...Object.fromEntries(rest), ...parts, limits };
}

/** Whether it was accepted by a version that countersigned less: all that it left to the file is then still open. */
export function isIncomplete(parts: JsonObject): boolean {
  return parts.clusters === undefined;
}

/** Of what an earlier version left to the file, the file's word is taken. */
export function completed(parts: JsonObject, file: JsonObject): JsonObject {
  if (!isIncomplete(parts)) return parts;
  const { groups: _, onCall: __, policy: ___, breakglass: ____, ...leftOpen } = countersignedIn(file);
  return { ...leftOpen, ...parts };
}

function limitsIn({ limits }: JsonObject, among: (name: string) => boolean): JsonObject {
  return isJsonObject(limits) ? Object.fromEntries(Object.entries(limits).filter(([name]) => among(name))) : {};
}
