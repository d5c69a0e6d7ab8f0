// What a verb takes: each parameter knows how to read itself, its usage line and its place in help and modals.
import type { ObjectRef } from "./kube.ts";
import type { Refusal } from "./refusal.ts";
import { isRefusal, refuse } from "./refusal.ts";

/**
 * Where a parameter stands: `word` in order, `rest` all words that are left, `flag` as --name VALUE, `switch` as --name,
 * `document` a manifest from a file, a snippet or a form, `target` a word that dispatch resolves to one object, `field` what only
 * the verb's own form asks for, and nobody types into a command.
 */
export interface Param<T> {
  readonly place: "word" | "rest" | "flag" | "switch" | "document" | "target" | "field";
  readonly optional: boolean;
  /** In capitals as in kubectl's help, e.g. `TARGET`, `N`, `DURATION`. */
  readonly usage: string;
  readonly summary: string;
  /** The value of what was typed; `undefined` where an optional one was left out. */
  readonly read: (text: string | undefined) => T | Refusal;
  /** The word that people say before it: `on TARGET`, `for DURATION`. It says which parameter is meant, wherever it stands. */
  readonly after?: string;
  /** For targets: which kinds the verb works on. */
  readonly target?: TargetSpec;
}

export interface TargetSpec {
  /** Resources as `deployments.apps`; empty means any kind. A name that several kinds have brings a menu. */
  readonly kinds: readonly string[];
  /** Whether a namespace or a cluster alone is a target too. */
  readonly scope: "object" | "object-or-scope";
}

/** What a resolved target is: one object, or for reads a scope. */
export type Target =
  | { readonly kind: "object"; readonly object: ObjectRef }
  | { readonly kind: "namespace"; readonly cluster: string; readonly namespace: string }
  | { readonly kind: "cluster"; readonly cluster: string }
  | { readonly kind: "everything" };

export type Params = Readonly<Record<string, Param<unknown>>>;

export type ArgsOf<P extends Params> = { readonly [K in keyof P]: P[K] extends Param<infer T> ? T : never };

interface Words {
  readonly usage: string;
  readonly summary: string;
}

type Reader<T> = (text: string) => T | Refusal;

function needed<T>(place: Param<T>["place"], words: Words, reader: Reader<T>): Param<T> {
  return {
    place,
    optional: false,
    ...words,
    read: (text) =>
      text === undefined || text === ""
        ? refuse("missing-argument", `${words.usage} is missing: ${words.summary}.`, "Give it after the verb.")
        : reader(text),
  };
}

function optional<T>(place: Param<T>["place"], words: Words, reader: Reader<T>): Param<T | undefined> {
  return { place, optional: true, ...words, read: (text) => (text === undefined ? undefined : reader(text)) };
}

const asIs: Reader<string> = (text) => text;

export const word = (words: Words): Param<string> => needed("word", words, asIs);
export const optionalWord = (words: Words): Param<string | undefined> => optional("word", words, asIs);
export const optionalWordOf = <T>(words: Words, reader: Reader<T>): Param<T | undefined> =>
  optional("word", words, reader);
export const rest = (words: Words): Param<string> => needed("rest", words, asIs);
export const optionalRest = (words: Words): Param<string | undefined> => optional("rest", words, asIs);
export const flag = (words: Words): Param<string | undefined> => optional("flag", words, asIs);

/** `--name`: true when given. */
export function onOff(summary: string): Param<boolean> {
  return { place: "switch", optional: true, usage: "", summary, read: (text) => text !== undefined };
}

/** A whole number within bounds, both included. */
export function wholeNumber(words: Words & { readonly min: number; readonly max: number }): Reader<number> {
  return (text) => {
    // One spelling each: a rule about “0” must not be passed by “00”.
    const value = /^(0|[1-9]\d{0,8})$/.test(text) ? Number(text) : Number.NaN;
    if (value >= words.min && value <= words.max) return value;
    return refuse(
      "bad-argument",
      `“${text}” is not a whole number from ${words.min} to ${words.max} for ${words.usage}.`,
      `Type a number, for example ${Math.max(words.min, 1)}.`,
    );
  };
}

export function wordOf<T>(words: Words, reader: Reader<T>): Param<T> {
  return needed("word", words, reader);
}

export function flagOf<T>(words: Words, reader: Reader<T>): Param<T | undefined> {
  return optional("flag", words, reader);
}

/** The text of a manifest: typed in a form, uploaded, or taken from a message. */
export function document(summary: string): Param<string> {
  return needed("document", { usage: "MANIFEST", summary }, asIs);
}

/** Asked for by the verb's own form. */
export function field(summary: string): Param<string | undefined> {
  return optional("field", { usage: "", summary }, asIs);
}

/** A target as dispatch resolved it; `read` sees the full name only to keep it, resolution is dispatch's. */
export function target(spec: TargetSpec & { readonly summary: string }): Param<ObjectRef> {
  return resolved<ObjectRef>(spec, false);
}

/** One object, a namespace, a cluster or everything. */
export function scope(spec: { readonly summary: string; readonly kinds?: readonly string[] }): Param<Target> {
  return resolved<Target>({ kinds: spec.kinds ?? [], scope: "object-or-scope", summary: spec.summary }, true);
}

function resolved<T>(spec: TargetSpec & { readonly summary: string }, isOptional: boolean): Param<T> {
  return {
    place: "target",
    optional: isOptional,
    usage: "TARGET",
    summary: spec.summary,
    target: { kinds: spec.kinds, scope: spec.scope },
    read: () => {
      throw new Error("a target is resolved by dispatch, not read");
    },
  };
}

/** The parameter with the word before it that people say: `said("for", …)` is read from `for 2h`. */
export function said<T>(word: string, param: Param<T>): Param<T> {
  return { ...param, after: word };
}

const durationPattern = /^(\d{1,6})(s|m|h|d)$/;
const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `90s 15m 2h 3d` in milliseconds; nothing else, so that no two people read it differently. */
export function readDuration(text: string): number | Refusal {
  const match = durationPattern.exec(text);
  const unit = match?.[2];
  if (match === null || unit === undefined || !(unit in unitMs)) {
    return refuse("bad-argument", `“${text}” is not a duration.`, "Write it as 90s, 15m, 2h or 3d.");
  }
  return Number(match[1]) * unitMs[unit as keyof typeof unitMs];
}

/** One word that `readDuration` reads back as the same: whole hours, else whole minutes, else seconds. */
export function durationWord(ms: number): string {
  const unit = (["h", "m"] as const).find((one) => ms % unitMs[one] === 0) ?? "s";
  return `${Math.floor(ms / unitMs[unit])}${unit}`;
}

/** `90s 15m 2h 1h30m` of whole seconds, for people; the longest unit first. */
export function durationText(ms: number): string {
  let left = Math.max(0, Math.floor(ms / 1_000)) * 1_000;
  let text = "";
  for (const unit of ["d", "h", "m", "s"] as const) {
    const count = Math.floor(left / unitMs[unit]);
    left -= count * unitMs[unit];
    if (count > 0) text += `${count}${unit}`;
  }
  return text === "" ? "0s" : text;
}

/** Reads every parameter of a verb; the first refusal wins. Targets are handed in, resolved. */
export function readArgs<P extends Params>(
  params: P,
  typed: Readonly<Record<string, string>>,
  targets: Readonly<Record<string, unknown>>,
): ArgsOf<P> | Refusal {
  const args: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [name, param] of Object.entries(params)) {
    const value =
      param.place === "target" ? targets[name] : param.read(Object.hasOwn(typed, name) ? typed[name] : undefined);
    if (isRefusal(value)) return value;
    args[name] = value;
  }
  return args as ArgsOf<P>;
}
