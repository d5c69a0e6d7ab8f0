// The flags among a command's words, and the words that are none.
import type { AnyAction } from "../core/action.ts";
import { nearest } from "../core/nearest.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import { flagHabits } from "./habits.ts";
import { commonFlags, flagName, usageOf } from "./usage.ts";

export interface Flags {
  readonly typed: Readonly<Record<string, string>>;
  readonly words: readonly string[];
  readonly common: ReadonlyMap<string, string>;
}

/** kubectl's letters and other names, and what they are called here. */
const otherNames: ReadonlyMap<string, string> = new Map([
  ["n", "namespace"],
  ["c", "container"],
  ["p", "previous"],
  ["l", "selector"],
  ["A", "all-namespaces"],
  ["o", "output"],
  ["w", "watch"],
  ["to-revision", "to"],
]);

interface Spec {
  /** The parameter; null for flags that all verbs of a kind share. */
  readonly key: string | null;
  readonly name: string;
  readonly takesValue: boolean;
}

/** `strict` refuses a flag that the verb does not have; `known-only` leaves it as a word, as befits a reason. */
export function readFlags(
  action: AnyAction,
  words: readonly string[],
  unknown: "strict" | "known-only",
): Flags | Refusal {
  const typed: Record<string, string> = Object.create(null) as Record<string, string>;
  const common = new Map<string, string>();
  const left: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    const match = /^(?:--([^=]+)|-([A-Za-z]))(?:=(.*))?$/s.exec(word);
    const isText = match === null || (unknown === "known-only" && match[1] === undefined);
    const spec = isText ? null : specOf(action, match);
    if (isText || (spec === null && unknown === "known-only")) {
      left.push(word);
      continue;
    }
    if (spec === null) return unknownFlag(action, word);
    let value = match[3];
    if (spec.takesValue && value === undefined) {
      at += 1;
      value = words[at];
    }
    const wrong = wrongValue(action, spec, value);
    if (wrong !== null) return wrong;
    if (spec.key === null) common.set(spec.name, value ?? "");
    else typed[spec.key] = value ?? "";
  }
  return { typed, words: left, common };
}

function wrongValue(action: AnyAction, spec: Spec, value: string | undefined): Refusal | null {
  if (spec.takesValue && value === undefined)
    return refuse("missing-argument", `--${spec.name} needs a value.`, `Usage: ${usageOf(action)}`);
  if (!spec.takesValue && value !== undefined)
    return refuse(
      "bad-argument",
      `--${spec.name} takes no value, but “${value}” was given.`,
      `Write just --${spec.name}.`,
    );
  return null;
}

/** A word that a verb takes in order may be given by its name too: `scale checkout --replicas=5`. */
function specOf(action: AnyAction, match: RegExpExecArray): Spec | null {
  const typed = match[1]?.toLowerCase() ?? match[2] ?? "";
  const name = otherNames.get(typed) ?? typed;
  for (const [key, param] of Object.entries(action.params)) {
    if (flagName(key) !== name) continue;
    if (param.place === "flag" || param.place === "word" || param.place === "field")
      return { key, name, takesValue: true };
    if (param.place === "switch") return { key, name, takesValue: false };
  }
  if (name === "cluster" || name === "namespace") return { key: null, name, takesValue: true };
  const common = commonFlags[action.kind].find((flag) => flag.name === name);
  return common === undefined ? null : { key: null, name, takesValue: common.usage !== "" };
}

function unknownFlag(action: AnyAction, word: string): Refusal {
  const typed = /^--?([A-Za-z-]+)/.exec(word)?.[1] ?? "";
  const takesManifest = Object.values(action.params).some((param) => param.place === "document");
  const name = typed === "f" ? (takesManifest ? "filename" : "follow") : (otherNames.get(typed) ?? typed.toLowerCase());
  const habit = flagHabits.get(name);
  const own = Object.entries(action.params)
    .filter(([, param]) => param.place === "flag" || param.place === "switch")
    .map(([key]) => `--${flagName(key)}`);
  const all = new Set([
    ...own,
    ...commonFlags[action.kind].map((flag) => `--${flag.name}`),
    "--cluster",
    "--namespace",
  ]);
  const [near] = nearest(word.split("=")[0] ?? "", [...all], 1);
  const list = `${action.name} takes ${[...all].join(", ")}.`;
  return refuse(
    "unknown-flag",
    `${action.name} has no flag ${word}.`,
    habit ?? (near === undefined ? list : `Did you mean ${near}?`),
  );
}
