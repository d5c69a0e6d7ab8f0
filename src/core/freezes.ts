// Freezes that people set from chat: a setting in the store, each under its name, each with an end.
import { at, type Json, numberAt, textAt } from "./json.ts";

/** What a freeze is about. Each list: empty matches all; a `*` in a name stands for any text. */
export interface FreezeScope {
  readonly environments: readonly string[];
  readonly clusters: readonly string[];
  readonly namespaces: readonly string[];
  /** As kubectl prints them with `-o name`: `deployment.apps`. */
  readonly kinds: readonly string[];
  readonly verbs: readonly string[];
}

export interface SetFreeze {
  /** `fz-4k7m`, or the word that was given for it. */
  readonly name: string;
  readonly scope: FreezeScope;
  /** In ms; from this moment on, until before the other. */
  readonly from: number;
  readonly until: number;
  readonly reason: string;
  readonly by: { readonly userId: string; readonly name: string };
}

/** What the store said, and when it was asked: the age decides whether it may still be believed (B8). */
export interface FreezesSeen {
  readonly freezes: readonly SetFreeze[];
  readonly asOf: number;
}

/** A view that is older than this denies changes (B8). */
export const freezesMaxAgeMs = 10_000;

/** The stored setting as freezes; null for anything that is not exactly a list of them, which then counts as unreadable. */
export function readSetFreezes(value: Json | null): readonly SetFreeze[] | null {
  if (value === null) return [];
  if (!Array.isArray(value)) return null;
  const read = (value as readonly Json[]).map(readOne);
  return read.every((one) => one !== null) ? read : null;
}

function readOne(value: Json): SetFreeze | null {
  const scope = {
    environments: wordsAt(value, "environments"),
    clusters: wordsAt(value, "clusters"),
    namespaces: wordsAt(value, "namespaces"),
    kinds: wordsAt(value, "kinds"),
    verbs: wordsAt(value, "verbs"),
  };
  const [from, until] = [numberAt(value, Number.NaN, "from"), numberAt(value, Number.NaN, "until")];
  const name = textAt(value, "name");
  const isWhole = name !== "" && Number.isFinite(from) && Number.isFinite(until);
  if (!isWhole || !hasNoNull(scope)) return null;
  const by = { userId: textAt(value, "by", "userId"), name: textAt(value, "by", "name") };
  return { name, scope, from, until, reason: textAt(value, "reason"), by };
}

function hasNoNull(scope: Readonly<Record<keyof FreezeScope, readonly string[] | null>>): scope is FreezeScope {
  return Object.values(scope).every((words) => words !== null);
}

/** null where a part is missing or no list of words: a freeze that is only half read would freeze something else. */
function wordsAt(value: Json, part: keyof FreezeScope): readonly string[] | null {
  const list = at(value, "scope", part);
  if (!Array.isArray(list)) return null;
  const words = (list as readonly Json[]).filter((one): one is string => typeof one === "string" && one !== "");
  return words.length === list.length ? words : null;
}

/** "production/payments, verbs apply and set image", as people read it. */
export function scopeWords(scope: FreezeScope): string {
  const wide = [...scope.environments, ...scope.clusters.map((cluster) => `cluster ${cluster}`)];
  const where = wide.length === 0 ? ["everything"] : wide;
  const places = scope.namespaces.length === 0 ? where : placesOf(where, scope.namespaces);
  const only = [
    ...(scope.kinds.length === 0 ? [] : [scope.kinds.join(", ")]),
    ...(scope.verbs.length === 0 ? [] : [`only ${scope.verbs.join(", ")}`]),
  ];
  return [places.join(", "), ...only].join(": ");
}

function placesOf(where: readonly string[], namespaces: readonly string[]): readonly string[] {
  return where.flatMap((one) => namespaces.map((namespace) => `${one}/${namespace}`));
}
