// From a command's text to the verb and what was typed for each of its parameters.
import type { AnyAction } from "../core/action.ts";
import type { Refusal } from "../core/refusal.ts";
import { isRefusal, refuse } from "../core/refusal.ts";
import { nearest } from "./nearest.ts";
import { commonFlags, flagName, usageOf } from "./usage.ts";
import { plainText, splitWords } from "./words.ts";

export interface Parsed {
  readonly action: AnyAction;
  /** Parameter → text as typed. Switches that were given hold "". */
  readonly typed: Readonly<Record<string, string>>;
  readonly reason: string | null;
  readonly dryRun: boolean;
  readonly share: boolean;
  /** kubectl's `--cluster` and `-n`, for targets that leave them out. */
  readonly cluster: string | null;
  readonly namespace: string | null;
}

export type Verbs = ReadonlyMap<string, AnyAction>;

/** What people type out of habit, and the verb that does it here. */
const habits: ReadonlyMap<string, string> = new Map([
  ["undo", "rollback"],
  ["rollout undo", "rollback"],
  ["rollout restart", "restart"],
  ["rollout status", "status"],
  ["rollout history", "history"],
  ["rollout pause", "pause"],
  ["rollout resume", "resume"],
  ["auth can-i", "can-i"],
  ["auth whoami", "whoami"],
  ["ps", "get pods"],
  ["pods", "get pods"],
  ["log", "logs"],
  ["stop", "halt"],
  ["approve", "approvals"],
  ["deny", "approvals"],
]);

const shortFlags: ReadonlyMap<string, string> = new Map([
  ["n", "namespace"],
  ["c", "container"],
  ["p", "previous"],
  ["l", "selector"],
  ["A", "all-namespaces"],
]);

export function parse(slackText: string, verbs: Verbs): Parsed | Refusal {
  const words = splitWords(plainText(slackText));
  if (isRefusal(words)) return words;
  const found = findVerb(words.length === 0 ? ["help"] : words, verbs);
  if (isRefusal(found)) return found;
  return readWords(found.action, found.rest);
}

function findVerb(words: readonly string[], verbs: Verbs): { action: AnyAction; rest: readonly string[] } | Refusal {
  const first = (words[0] ?? "").toLowerCase();
  const pair = `${first} ${(words[1] ?? "").toLowerCase()}`;
  const long = verbs.get(pair);
  if (long !== undefined) return { action: long, rest: words.slice(2) };
  const short = verbs.get(first);
  if (short !== undefined) return { action: short, rest: words.slice(1) };
  const habit = habits.get(pair) ?? habits.get(first);
  if (habit !== undefined) {
    const rest = words.slice(habits.has(pair) ? 2 : 1).join(" ");
    return refuse(
      "no-such-verb",
      `There is no “${habits.has(pair) ? pair : first}” here.`,
      `Type: ${`${habit} ${rest}`.trim()}`,
    );
  }
  const near = nearest(first, [...verbs.keys()]);
  const hint = near.length > 0 ? `Did you mean ${near.join(" or ")}?` : "Type help for all that you may do here.";
  const choices = near.map((verb) => ({ label: verb, command: [verb, ...words.slice(1)].join(" ") }));
  return refuse("no-such-verb", `“${first}” is no verb that I know.`, hint, choices);
}

interface Reading {
  readonly typed: Record<string, string>;
  readonly words: string[];
  readonly common: Map<string, string>;
}

function readWords(action: AnyAction, words: readonly string[]): Parsed | Refusal {
  const because = action.kind === "read" ? -1 : words.findIndex((word) => word.toLowerCase() === "because");
  const before = because === -1 ? words : words.slice(0, because);
  const said = because === -1 ? "" : words.slice(because + 1).join(" ");
  const reading: Reading = { typed: Object.create(null) as Record<string, string>, words: [], common: new Map() };
  const flags = readFlags(action, before, reading);
  if (flags !== null) return flags;
  const places = placeWords(action, reading);
  if (places !== null) return places;
  const { common } = reading;
  return {
    action,
    typed: reading.typed,
    reason: said !== "" ? said : (common.get("reason") ?? null),
    dryRun: common.has("dry-run"),
    share: common.has("share"),
    cluster: common.get("cluster") ?? null,
    namespace: common.get("namespace") ?? null,
  };
}

function readFlags(action: AnyAction, words: readonly string[], into: Reading): Refusal | null {
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    const match = /^(?:--([A-Za-z][A-Za-z-]*)|-([A-Za-z]))(?:=(.*))?$/s.exec(word);
    if (match === null) {
      into.words.push(word);
      continue;
    }
    const name = (match[1] ?? shortFlags.get(match[2] ?? "") ?? match[2] ?? "").toLowerCase();
    const spec = flagSpec(action, name);
    if (spec === null) return unknownFlag(action, word);
    let value = match[3];
    if (spec.takesValue && value === undefined) {
      at += 1;
      value = words[at];
      if (value === undefined)
        return refuse("missing-argument", `--${name} needs a value.`, `Usage: ${usageOf(action)}`);
    }
    if (!spec.takesValue && value !== undefined) {
      return refuse("bad-argument", `--${name} takes no value, but “${value}” was given.`, `Write just --${name}.`);
    }
    if (spec.key === null) into.common.set(name, value ?? "");
    else into.typed[spec.key] = value ?? "";
  }
  return null;
}

function flagSpec(action: AnyAction, name: string): { key: string | null; takesValue: boolean } | null {
  for (const [key, param] of Object.entries(action.params)) {
    if (flagName(key) !== name) continue;
    if (param.place === "flag") return { key, takesValue: true };
    if (param.place === "switch") return { key, takesValue: false };
  }
  if (name === "cluster" || name === "namespace") return { key: null, takesValue: true };
  const common = commonFlags[action.kind].find((flag) => flag.name === name);
  return common === undefined ? null : { key: null, takesValue: common.usage !== "" };
}

function unknownFlag(action: AnyAction, word: string): Refusal {
  const own = Object.entries(action.params)
    .filter(([, param]) => param.place === "flag" || param.place === "switch")
    .map(([key]) => `--${flagName(key)}`);
  const all = [...own, ...commonFlags[action.kind].map((flag) => `--${flag.name}`), "--cluster", "--namespace"];
  const near = nearest(word, all, 1);
  const hint = near.length > 0 ? `Did you mean ${near[0]}?` : `${action.name} takes ${all.join(", ")}.`;
  return refuse("unknown-flag", `${action.name} has no flag ${word}.`, hint);
}

function placeWords(action: AnyAction, reading: Reading): Refusal | null {
  const left = [...reading.words];
  for (const [key, param] of Object.entries(action.params)) {
    if (param.place === "rest") {
      if (left.length > 0) reading.typed[key] = left.splice(0).join(" ");
    } else if (param.place === "word" || param.place === "target") {
      const word = left.shift();
      if (word !== undefined) reading.typed[key] = word;
    }
  }
  if (left.length === 0) return null;
  const hint =
    action.kind === "read"
      ? `Usage: ${usageOf(action)}`
      : `Usage: ${usageOf(action)}. A reason goes at the end, after the word because.`;
  return refuse("too-many-words", `I don't know what “${left.join(" ")}” means after ${action.name}.`, hint);
}
