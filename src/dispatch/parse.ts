// From a command's text to the verb and what was typed for each of its parameters.
import type { AnyAction } from "../core/action.ts";
import { nearest } from "../core/nearest.ts";
import type { Refusal } from "../core/refusal.ts";
import { isRefusal, refuse } from "../core/refusal.ts";
import { habitOf } from "./habits.ts";
import { placeWords } from "./place-words.ts";
import { readFlags } from "./read-flags.ts";
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

export function parse(slackText: string, verbs: Verbs): Parsed | Refusal {
  const words = splitWords(plainText(slackText));
  if (isRefusal(words)) return words;
  const found = findVerb(withoutProgram(words), verbs);
  if (isRefusal(found)) return found;
  return readWords(found.action, found.rest);
}

/** `kubectl get pods` is `get pods`; nothing at all is `help`. */
function withoutProgram(words: readonly string[]): readonly string[] {
  const isProgram = words.length > 1 && ["kubectl", "k"].includes((words[0] ?? "").toLowerCase());
  const rest = isProgram ? words.slice(1) : words;
  return rest.length === 0 ? ["help"] : rest;
}

function findVerb(words: readonly string[], verbs: Verbs): { action: AnyAction; rest: readonly string[] } | Refusal {
  const first = (words[0] ?? "").toLowerCase();
  const long = verbs.get(`${first} ${(words[1] ?? "").toLowerCase()}`);
  if (long !== undefined) return { action: long, rest: words.slice(2) };
  const short = verbs.get(first);
  if (short !== undefined) return { action: short, rest: words.slice(1) };
  const habit = habitOf(words);
  if (habit !== null) {
    const votes = habit.typed === "approve" || habit.typed === "deny" ? " Votes are cast on a request's own card." : "";
    return refuse(
      "no-such-verb",
      `There is no “${habit.typed}” here.${votes}`,
      `Type: ${habit.command}`,
      habit.command.includes("TARGET") ? undefined : [{ label: habit.command, command: habit.command }],
    );
  }
  const near = nearest(first, [...verbs.keys()]);
  const hint = near.length > 0 ? `Did you mean ${near.join(" or ")}?` : "Type help for all that you may do here.";
  const choices = near.map((verb) => ({ label: verb, command: [verb, ...words.slice(1)].join(" ") }));
  return refuse("no-such-verb", `“${first}” is no verb that I know.`, hint, choices);
}

/** What follows `because` is the reason, but a flag of the verb is a flag wherever it stands: nobody's --dry-run is lost. */
function readWords(action: AnyAction, words: readonly string[]): Parsed | Refusal {
  const because = action.kind === "change" ? words.findIndex((word) => word.toLowerCase() === "because") : -1;
  const flags = readFlags(action, because === -1 ? words : words.slice(0, because), "strict");
  if (isRefusal(flags)) return flags;
  const after = readFlags(action, because === -1 ? [] : words.slice(because + 1), "known-only");
  if (isRefusal(after)) return after;
  const placed = placeWords(action, { ...flags.typed, ...after.typed }, flags.words);
  if (isRefusal(placed)) return placed;
  const common = new Map([...flags.common, ...after.common]);
  const said = after.words.join(" ");
  return {
    action,
    typed: placed,
    reason: said !== "" ? said : (common.get("reason") ?? null),
    dryRun: common.has("dry-run"),
    share: common.has("share"),
    cluster: common.get("cluster") ?? null,
    namespace: common.get("namespace") ?? null,
  };
}
