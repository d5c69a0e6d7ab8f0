// `countersign policy test`: files of cases, each held to the policy that it names.
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { explain } from "../approvals/explain.ts";
import { type CaseResult, runCase } from "../approvals/policy-cases.ts";
import { verbs } from "../commands/index.ts";
import { loadCases } from "../config/cases.ts";
import { type ConfigErrors, renderConfigErrors } from "../config/problem.ts";
import type { Config } from "../core/config.ts";
import type { PolicyCase } from "../core/policy-case.ts";
import { visible } from "../kubernetes/visible.ts";
import { configFile, readConfig } from "./settings.ts";
import { WrongWords } from "./words.ts";

/** Exit status 1 when a case differs, or a file cannot be read. Throws for a configuration that is wrong. */
export async function testPolicy(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const options = { config: { type: "string" } } as const;
  const { positionals, values } = parseArgs({ args: [...argv], options, allowPositionals: true });
  if (positionals.length === 0) throw new WrongWords("policy test needs at least one file of cases.");
  let failed = 0;
  let all = 0;
  for (const file of positionals) {
    const cases = casesIn(file, (named) => configOf(file, named, { given: values.config, env }));
    if ("kind" in cases) {
      process.stderr.write(`${renderConfigErrors(cases)}\n`);
      return 1;
    }
    const results = cases.cases.map((each) => ({ each, result: runCase(cases.config.policy, each) }));
    all += results.length;
    for (const { each, result } of results.filter((one) => one.result.differs.length > 0)) {
      failed += 1;
      process.stdout.write(failureText(file, each, result));
    }
  }
  const summary = failed === 0 ? `All ${all} cases are as expected.` : `${failed} of ${all} cases differ.`;
  process.stdout.write(`${summary}\n`);
  return failed === 0 ? 0 : 1;
}

interface Cases {
  readonly config: Config;
  readonly cases: readonly PolicyCase[];
}

function casesIn(file: string, configFor: (named: string | null) => Config): Cases | ConfigErrors {
  const loaded = loadCases(readFileSync(file, "utf8"), file);
  if ("kind" in loaded) return loaded;
  const config = configFor(loaded.policy);
  const kinds = new Map([...verbs.values()].map((action) => [action.name, action.kind]));
  const cases = loaded.casesUnder({ policy: config.policy, clusters: config.clusters, verbs: kinds });
  return "kind" in cases ? cases : { config, cases };
}

/** --config comes before what the file names, so that another policy can be held to the same cases. */
function configOf(
  file: string,
  named: string | null,
  { given, env }: { readonly given: string | undefined; readonly env: NodeJS.ProcessEnv },
): Config {
  if (given !== undefined || named === null) return readConfig(configFile(given, env));
  return readConfig(resolve(dirname(file), named));
}

function failureText(file: string, { name }: PolicyCase, { differs, decision }: CaseResult): string {
  const lines = [
    `${file}: ${name}`,
    ...differs.map((difference) => `  ${difference}`),
    ...explain(decision).map((line) => `    ${line}`),
  ];
  return `${lines.map(visible).join("\n")}\n\n`;
}
