// The generated pages of the docs, each from the values that the code itself uses.
import { auditEventsPage } from "../../src/audit/events/reference.ts";
import { cliCommands } from "../../src/cli/commands.ts";
import { verbs } from "../../src/commands/index.ts";
import { configReference } from "../../src/config/reference.ts";
import type { VerbEntry } from "../../src/core/ports/requests.ts";
import { refusalCodes } from "../../src/core/refusal-codes.ts";
import { riskKinds } from "../../src/core/risk.ts";
import { entryOf } from "../../src/dispatch/usage.ts";
import { metricsPage } from "../../src/metrics/reference.ts";
import { processFamilies } from "../../src/metrics/registry.ts";
import { planShape, riskShape } from "./json-shapes.ts";

export interface Page {
  readonly file: string;
  readonly text: () => string;
}

const ofProcess = await processFamilies();

export const pages: readonly Page[] = [
  { file: "docs/reference/commands.md", text: commandsPage },
  { file: "docs/reference/cli.md", text: cliPage },
  { file: "docs/reference/refusals.md", text: refusalsPage },
  { file: "docs/reference/risks.md", text: risksPage },
  { file: "docs/reference/config.md", text: configReference },
  { file: "docs/reference/audit-events.md", text: auditEventsPage },
  { file: "docs/reference/metrics.md", text: () => metricsPage(ofProcess) },
];

const kindTitles = {
  read: "Reads",
  change: "Changes",
  own: "The bot's own requests",
} as const satisfies Record<VerbEntry["kind"], string>;

const kindWords = {
  read: "Answered to whoever asks, or to the channel with `--share`.",
  change: "Planned, decided by the policy, countersigned where it asks for that, carried out, and read back.",
  own: "About requests that are already there. Recorded, and done at once.",
} as const satisfies Record<VerbEntry["kind"], string>;

function commandsPage(): string {
  const entries = [...verbs.values()].map(entryOf);
  const section = (kind: VerbEntry["kind"]) => [
    `## ${kindTitles[kind]}`,
    "",
    kindWords[kind],
    "",
    ...entries.filter((entry) => entry.kind === kind).flatMap(verbLines),
  ];
  return page([
    "# Commands",
    "",
    "Generated from `src/commands/`. The same words work as `/ops …` anywhere, and as `@countersign …` and `!…` in threads.",
    "",
    "A **TARGET** is `[cluster:][namespace/][kind/]name`; parts that are clear from the thread, the channel, or by being unique",
    "may be left out. Kinds take kubectl's short names. `--cluster` and `--namespace` (`-n`) say the same for one command. A",
    "change takes its reason at the end: `rollback checkout because it crashes`.",
    "",
    ...(["read", "change", "own"] as const).flatMap(section),
  ]);
}

function verbLines(entry: VerbEntry): readonly string[] {
  return [
    `### ${entry.name}`,
    "",
    `${entry.summary}.`,
    "",
    "```",
    entry.usage,
    "```",
    "",
    ...entry.flags.map((flag) => `- \`--${flag.name}${flag.usage === "" ? "" : ` ${flag.usage}`}\`: ${flag.summary}`),
    ...(entry.flags.length > 0 ? [""] : []),
    `For example: ${entry.examples.map((example) => `\`${example}\``).join(", ")}.`,
    "",
  ];
}

function cliPage(): string {
  return page([
    "# The command line",
    "",
    "Generated from `src/cli/commands.ts`. Exit status: 0 when done, 1 for a “no” or a fault, 2 for wrong words.",
    "",
    ...cliCommands.flatMap((command) => [
      `## countersign ${command.name}`,
      "",
      `${capital(command.summary)}.`,
      "",
      "```",
      command.usage,
      "```",
      "",
      command.help.replaceAll("\n", " "),
      "",
      ...(command.name === "plan" ? planShape : []),
      ...(command.name === "risk" ? riskShape : []),
    ]),
  ]);
}

function refusalsPage(): string {
  return page([
    "# Refusals",
    "",
    "Generated from `src/core/refusal-codes.ts`. A refusal is an expected “no”: it says what is wrong, with the value in it, and",
    "what to type or do instead. The code stands in the record and in `--json` output, and keeps its meaning.",
    "",
    "| code | what it means |",
    "|---|---|",
    ...Object.entries(refusalCodes).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`),
  ]);
}

function risksPage(): string {
  return page([
    "# Risk facts",
    "",
    "Generated from `src/core/risk.ts`. Risk facts are found on the objects as the server's dry run gives them, stand first on the",
    "card and are never cut. Rules match them by these names (`when: { risks: [host-path] }`), and their kinds are part of a",
    "plan's digest. `countersign risk -f FILE` shows those that a manifest has by itself.",
    "",
    "| kind | what it means |",
    "|---|---|",
    ...Object.entries(riskKinds).map(([kind, meaning]) => `| \`${kind}\` | ${meaning} |`),
  ]);
}

function page(lines: readonly string[]): string {
  return `${lines.join("\n").trimEnd()}\n`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
