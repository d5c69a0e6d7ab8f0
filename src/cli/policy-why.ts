// `countersign policy why`: one question to the policy, given by flags, and the tree of its reasons.
import { parseArgs } from "node:util";
import { explain } from "../approvals/explain.ts";
import { opensAt, opensWords } from "../approvals/opens-at.ts";
import { decidePolicy } from "../approvals/policy.ts";
import { systemClock } from "../clock.ts";
import { verbs } from "../commands/index.ts";
import { readPlace } from "../config/place-text.ts";
import { suggestion } from "../config/suggestion.ts";
import type { Config } from "../core/config.ts";
import { asGroupName } from "../core/ids.ts";
import { assurances } from "../core/person.ts";
import type { Place, Question } from "../core/policy.ts";
import { type RiskKind, riskKinds } from "../core/risk.ts";
import { visible } from "../kubernetes/visible.ts";
import { configFile, readConfig } from "./settings.ts";
import { WrongWords } from "./words.ts";

const options = {
  config: { type: "string" },
  on: { type: "string", multiple: true },
  as: { type: "string" },
  groups: { type: "string" },
  subject: { type: "string" },
  assurance: { type: "string" },
  "on-call": { type: "string" },
  arg: { type: "string", multiple: true },
  label: { type: "string", multiple: true },
  risk: { type: "string", multiple: true },
  replicas: { type: "string" },
  at: { type: "string" },
  reason: { type: "string" },
} as const;

/** Exit status 1 when the policy refuses. */
export async function whyPolicy(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
  const config = readConfig(configFile(values.config, env));
  const question = questionOf(config, positionals.join(" "), values);
  const decision = decidePolicy(config.policy, question);
  const opens = opensAt(config.policy, question);
  const lines = [...explain(decision), ...(opens === null ? [] : [opensWords(opens, question.now)])];
  process.stdout.write(`${lines.map(visible).join("\n")}\n`);
  return decision.kind === "deny" ? 1 : 0;
}

type Given = ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>["values"];

function questionOf(config: Config, verb: string, given: Given): Question {
  // As people type it in Slack's can-i: set-image.
  const action = verbs.get(verb) ?? [...verbs.values()].find(({ name }) => name.replaceAll(" ", "-") === verb);
  if (action === undefined)
    throw new WrongWords(
      `There is no verb “${verb}”; ${suggestion(verb, [...verbs.keys()])} Type: policy why VERB --on PLACE`,
    );
  const groups = among(
    "group",
    listOf(given.groups),
    config.policy.groups.map((group) => group.name),
  );
  const byList = config.policy.groups.filter((group) => group.members.includes(given.as ?? ""));
  return {
    verb: action.name,
    verbKind: action.kind,
    args: pairsOf("--arg", given.arg),
    who: {
      userId: given.as ?? "",
      groups: given.groups === undefined ? byList.map((group) => group.name) : groups.map(asGroupName),
      assurance: assuranceOf(given.assurance ?? "linked"),
      subject: given.subject ?? null,
      onCall: listOf(given["on-call"]),
    },
    places: (given.on ?? []).map((text) => placeOf(text, config, given)),
    risks: among("risk fact", given.risk ?? [], Object.keys(riskKinds)) as readonly RiskKind[],
    dryRun: false,
    now: momentOf(given.at),
    reason: given.reason ?? null,
  };
}

function placeOf(text: string, config: Config, given: Given): Place {
  const read = readPlace(text, config);
  if ("says" in read) throw new WrongWords(`--on: ${read.says}.`);
  if (read.name === "") return read;
  return { ...read, labels: pairsOf("--label", given.label), operation: "update", ...replicasOf(given.replicas) };
}

/** `5` or `3:5`, before and after. */
function replicasOf(text: string | undefined): Pick<Place, "replicas"> {
  if (text === undefined) return {};
  const [, before, after] = /^(?:(\d{1,7}):)?(\d{1,7})$/.exec(text) ?? [];
  if (after === undefined)
    throw new WrongWords(`--replicas ${text} is no number; write 5, or 3:5 for before and after.`);
  return { replicas: { before: Number(before ?? 0), after: Number(after) } };
}

function assuranceOf(word: string) {
  const known = assurances.find((one) => one === word);
  if (known === undefined) throw new WrongWords(`--assurance ${word} is not one of ${assurances.join(", ")}.`);
  return known;
}

function momentOf(text: string | undefined): number {
  if (text === undefined) return systemClock.now();
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new WrongWords(`--at ${text} is no moment; write it like 2026-12-24T18:00:00+01:00.`);
  return at;
}

function pairsOf(flag: string, pairs: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf("=");
      if (equals < 1) throw new WrongWords(`${flag} ${pair} is not NAME=VALUE.`);
      return [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}

function among(what: string, names: readonly string[], known: readonly string[]): readonly string[] {
  const strange = names.find((name) => !known.includes(name));
  if (strange !== undefined) throw new WrongWords(`There is no ${what} “${strange}”; ${suggestion(strange, known)}`);
  return names;
}

function listOf(text: string | undefined): readonly string[] {
  return (text ?? "").split(",").filter((name) => name !== "");
}
