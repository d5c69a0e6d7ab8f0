// A file of policy cases → typed cases, or every error with its line.
import { asGroupName } from "../core/ids.ts";
import { type Assurance, assurances } from "../core/person.ts";
import type { Place, Policy, Question } from "../core/policy.ts";
import type { Expectation, PolicyCase } from "../core/policy-case.ts";
import { type RiskKind, riskKinds } from "../core/risk.ts";
import { shapeCheck } from "./checked.ts";
import { compileSchema } from "./compile-schema.ts";
import { parseConfigText } from "./document.ts";
import { isMoment } from "./moments.ts";
import { type PlaceContext, readPlace } from "./place-text.ts";
import { type ConfigErrors, errorsAt, type Path, type Problem } from "./problem.ts";
import { type Words, wordsOf } from "./raw.ts";
import { casesSchema } from "./schema-cases.ts";
import { unknown } from "./suggestion.ts";

interface RawPlace {
  readonly on: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly operation?: "create" | "update" | "delete";
  readonly replicas?: { readonly before?: number; readonly after: number };
  readonly count?: number;
}

interface RawGiven {
  readonly who?: {
    readonly userId?: string;
    readonly subject?: string;
    readonly groups?: Words;
    readonly assurance?: string;
    readonly onCall?: Words;
  };
  readonly verb: string;
  readonly args?: Readonly<Record<string, string | number>>;
  readonly places?: readonly (string | RawPlace)[];
  readonly risks?: Words;
  readonly at?: string;
  readonly reason?: string;
  readonly dryRun?: boolean;
}

interface RawApprovalsExpected {
  readonly need?: string;
  readonly rules?: Words;
  readonly stepUp?: boolean;
  readonly assurance?: string;
  readonly ticket?: boolean;
  readonly veto?: Words;
}

type RawExpect =
  | "allow"
  | "deny"
  | "approvals"
  | { readonly allow?: true; readonly deny?: string; readonly approvals?: RawApprovalsExpected };

interface RawCases {
  readonly policy?: string;
  readonly cases: readonly { readonly name: string; readonly given: RawGiven; readonly expect: RawExpect }[];
}

/** What the configuration that is tested has. */
export interface CasesContext extends PlaceContext {
  readonly policy: Policy;
  readonly verbs: ReadonlyMap<string, Question["verbKind"]>;
}

export interface CasesFile {
  /** As the file names it; null when it names none. */
  readonly policy: string | null;
  readonly casesUnder: (context: CasesContext) => readonly PolicyCase[] | ConfigErrors;
}

const checkCases = shapeCheck(() => compileSchema<RawCases>(casesSchema));

/** In two steps, since what a case may name stands in the configuration that the file itself names. */
export function loadCases(text: string, fileName: string): CasesFile | ConfigErrors {
  const document = parseConfigText(text);
  if (document.problems.length > 0) return errorsAt(document.lineOf, fileName, document.problems);
  const checked = checkCases(document.value);
  if (checked.kind === "problems") return errorsAt(document.lineOf, fileName, checked.problems);
  const { policy, cases } = checked.raw;
  return {
    policy: policy ?? null,
    casesUnder(context) {
      const problems = cases.flatMap((each, index) => caseProblems(each, ["cases", index], context));
      if (problems.length > 0) return errorsAt(document.lineOf, fileName, problems);
      return cases.map(({ name, given, expect }) => ({
        name,
        question: questionOf(given, context),
        expect: expectationOf(expect),
      }));
    },
  };
}

function caseProblems({ given, expect }: RawCases["cases"][number], path: Path, context: CasesContext) {
  const problems: Problem[] = [];
  const known = (what: string, names: readonly string[], among: readonly string[], at: Path) => {
    for (const [index, name] of names.entries())
      if (!among.includes(name)) problems.push(unknown([...path, ...at, index], what, name, among));
  };
  const groups = context.policy.groups.map((group) => group.name);
  if (!context.verbs.has(given.verb))
    problems.push(unknown([...path, "given", "verb"], "verb", given.verb, [...context.verbs.keys()]));
  known("group", wordsOf(given.who?.groups), groups, ["given", "who", "groups"]);
  known("risk fact", wordsOf(given.risks), Object.keys(riskKinds), ["given", "risks"]);
  (given.places ?? []).forEach((place, index) => {
    const read = readPlace(typeof place === "string" ? place : place.on, context);
    if ("says" in read) problems.push({ path: [...path, "given", "places", index], says: `${read.says}.` });
  });
  if (given.at !== undefined && !isMoment(given.at))
    problems.push({ path: [...path, "given", "at"], says: `“${given.at}” is not a moment that exists.` });
  if (typeof expect === "string") return problems;
  const kinds = (["allow", "deny", "approvals"] as const).filter((kind) => expect[kind] !== undefined);
  if (kinds.length !== 1)
    problems.push({ path: [...path, "expect"], says: "Expect exactly one of allow, deny and approvals." });
  const names = [...context.policy.rules, ...context.policy.freezes].map((rule) => rule.name);
  known("rule", wordsOf(expect.approvals?.rules), names, ["expect", "approvals", "rules"]);
  if (expect.deny !== undefined && ![...names, ...denialCodes].includes(expect.deny))
    problems.push(unknown([...path, "expect", "deny"], "rule", expect.deny, [...names, ...denialCodes]));
  return problems;
}

const denialCodes = ["no-rule", "not-linked", "over-limit", "frozen", "denied-by-policy"];
/** Within the hours of most people, in no holiday of anybody. */
const standardNow = Date.parse("2026-11-18T12:00:00Z");

function questionOf(given: RawGiven, context: CasesContext): Question {
  const { who = {} } = given;
  return {
    verb: given.verb,
    verbKind: context.verbs.get(given.verb) ?? "change",
    args: Object.fromEntries(Object.entries(given.args ?? {}).map(([name, value]) => [name, String(value)])),
    who: {
      userId: who.userId ?? "",
      groups: wordsOf(who.groups).map(asGroupName),
      assurance: assuranceOf(who.assurance ?? "linked"),
      subject: who.subject ?? null,
      onCall: wordsOf(who.onCall),
    },
    places: (given.places ?? []).flatMap((place) =>
      placesOf(typeof place === "string" ? { on: place } : place, context),
    ),
    risks: wordsOf(given.risks) as readonly RiskKind[],
    dryRun: given.dryRun ?? false,
    now: given.at === undefined ? standardNow : Date.parse(given.at),
    reason: given.reason ?? null,
  };
}

function placesOf(raw: RawPlace, context: CasesContext): readonly Place[] {
  const read = readPlace(raw.on, context);
  if ("says" in read) return [];
  const { labels = {}, operation = "update", replicas, count = 1 } = raw;
  const place: Place = {
    ...read,
    labels,
    ...(read.name === "" ? {} : { operation }),
    ...(replicas === undefined ? {} : { replicas: { before: replicas.before ?? 0, after: replicas.after } }),
  };
  if (count === 1) return [place];
  return Array.from({ length: count }, (_, index) => ({ ...place, name: `${place.name}-${index + 1}` }));
}

function expectationOf(raw: RawExpect): Expectation {
  if (typeof raw === "string") return raw === "deny" ? { kind: "deny", by: null } : { kind: raw };
  if (raw.deny !== undefined) return { kind: "deny", by: raw.deny };
  if (raw.approvals === undefined) return { kind: "allow" };
  const { rules, veto, assurance, ...more } = raw.approvals;
  return {
    kind: "approvals",
    ...more,
    ...(rules === undefined ? {} : { rules: wordsOf(rules) }),
    ...(veto === undefined ? {} : { veto: wordsOf(veto) }),
    ...(assurance === undefined ? {} : { assurance: assuranceOf(assurance) }),
  };
}

function assuranceOf(word: string): Assurance {
  return assurances.find((one) => one === word) ?? "none";
}
