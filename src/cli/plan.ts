// `countersign plan`: what the same words in Slack would ask for, on a terminal or in CI.
import { verbs } from "../commands/index.ts";
import { isRefusal, type Refusal } from "../core/refusal.ts";
import { parse } from "../dispatch/parse.ts";
import type { CliRun } from "./commands.ts";
import { readInput } from "./input.ts";
import { refusalText } from "./output.ts";
import { asPlanJson } from "./plan-json.ts";
import { makePlan } from "./plan-make.ts";
import { planLines } from "./plan-text.ts";
import { configFile, readConfig } from "./settings.ts";
import { takeOption, takeSwitch } from "./words.ts";

export const plan: CliRun = async (argv, env) => {
  const json = takeSwitch(argv, "--json");
  const named = takeOption(json.rest, "--config");
  const file = takeOption(named.rest, "-f", "--file");
  const as = takeOption(file.rest, "--as");
  const groups = takeOption(as.rest, "--groups");
  const parsed = parse(groups.rest.map(quoted).join(" "), verbs);
  if (isRefusal(parsed)) return refused(parsed, json.on, 2);
  const config = readConfig(configFile(named.value, env));
  const made = await makePlan(config, {
    parsed,
    manifest: file.value === undefined ? null : await readInput(file.value),
    userId: as.value ?? null,
    groups: groups.value?.split(",").filter((name) => name !== "") ?? null,
  });
  if (isRefusal(made)) return refused(made, json.on, 1);
  process.stdout.write(json.on ? `${JSON.stringify(asPlanJson(made), null, 2)}\n` : planLines(made));
  return made.decision.kind === "deny" ? 1 : 0;
};

function refused(refusal: Refusal, isJson: boolean, code: 1 | 2): number {
  const { code: name, message, hint } = refusal;
  if (isJson) process.stdout.write(`${JSON.stringify({ refusal: { code: name, message, hint } }, null, 2)}\n`);
  else process.stderr.write(refusalText(refusal));
  return code;
}

/** One word of the shell is one word of the verb: the grammar of Slack knows quotes of both kinds. */
function quoted(word: string): string {
  if (!/\s/.test(word)) return word;
  return word.includes('"') ? `'${word}'` : `"${word}"`;
}
