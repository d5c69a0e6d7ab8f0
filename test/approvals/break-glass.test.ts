// R30, T24: who may break the glass for what, who reviews it, and when the next use must wait.
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkGlassReason, mayBreak } from "../../src/approvals/break-glass.ts";
import { reviewed, unreviewed } from "../../src/approvals/review.ts";
import type { BreakGlass, Review } from "../../src/core/break-glass.ts";
import { asGroupName } from "../../src/core/ids.ts";
import type { Person } from "../../src/core/person.ts";
import type { Question } from "../../src/core/policy.ts";
import { isRefusal } from "../../src/core/refusal.ts";
import type { Request } from "../../src/core/request.ts";
import { sampleReview } from "../store/samples.ts";
import { codeOf, makeMatch, makePerson, makePlace, makePlan, makeQuestion, opened } from "./make.ts";

const rule: BreakGlass = {
  groups: [asGroupName("on-call")],
  match: makeMatch({ environments: ["production"], namespaces: ["shop"], verbs: ["rollback", "restart"] }),
  exceptRisks: ["rbac-escalation"],
  ...{ startWithinMs: 300_000, maxForMs: null, reason: { kind: "required" }, tell: ["#ops"], assurance: "directory" },
  ...{ throughFreezes: false, openUses: 1 },
  review: { group: asGroupName("leads"), count: 2, withinMs: 86_400_000, escalateTo: asGroupName("security") },
};
const onCall = makePerson("ada", ["on-call"]);
const place = makePlace({ environment: "production", namespace: "shop" });
const request = opened(null, []);
const policyChange: Request = {
  ...request,
  plan: { ...makePlan("p"), changes: [{ kind: "setting", setting: "policy", before: null, after: {} }] },
};

const cases: readonly {
  readonly what: string;
  readonly code: string;
  readonly rule?: BreakGlass | null;
  readonly by?: Person;
  readonly request?: Request;
  readonly question?: Partial<Question>;
}[] = [
  { what: "who is in the group, for what it reaches", code: "not refused" },
  { what: "nobody where it is not set up", rule: null, code: "breakglass-forbidden" },
  { what: "nobody of another group", by: makePerson("bob", ["engineers"]), code: "breakglass-forbidden" },
  { what: "another verb", question: { verb: "delete" }, code: "breakglass-forbidden" },
  {
    what: "another namespace",
    question: { places: [makePlace({ namespace: "payments" })] },
    code: "breakglass-forbidden",
  },
  {
    what: "a plan of which one object is elsewhere",
    question: { places: [place, makePlace({ environment: "production", namespace: "payments" })] },
    code: "breakglass-forbidden",
  },
  { what: "a plan without a place", question: { places: [] }, code: "breakglass-forbidden" },
  { what: "a risk that is left out", question: { risks: ["rbac-escalation"] }, code: "breakglass-forbidden" },
  {
    what: "the policy itself",
    request: policyChange,
    rule: { ...rule, match: makeMatch() },
    code: "breakglass-forbidden",
  },
  {
    what: "who is not linked, where that is asked",
    rule: { ...rule, assurance: "linked" },
    code: "breakglass-forbidden",
  },
  {
    what: "R12: a group known too weakly for a linked use",
    rule: { ...rule, assurance: "linked" },
    by: { ...onCall, assurance: "linked", weakGroups: [asGroupName("on-call")] },
    code: "breakglass-forbidden",
  },
  {
    what: "R12: a group known only by a sign-in that is too old",
    by: { ...onCall, groups: [], lapsedGroups: [asGroupName("on-call")] },
    code: "groups-too-old",
  },
  {
    what: "who is linked, where that is asked",
    rule: { ...rule, assurance: "linked" },
    by: { ...onCall, assurance: "linked-step-up" },
    code: "not refused",
  },
];

for (const one of cases)
  test(`R30: break-glass reaches, or not: ${one.what}`, () => {
    const question = makeQuestion({ verb: "rollback", places: [place], ...one.question });
    const asked = { request: one.request ?? request, by: one.by ?? onCall, question };
    assert.equal(codeOf(mayBreak(one.rule === null ? undefined : (one.rule ?? rule), asked)), one.code);
  });

test("R22, R30: break-glass never goes without a reason, whatever the policy says", () => {
  assert.equal(codeOf(checkGlassReason({ ...rule, reason: { kind: "optional" } }, " ")), "reason-required");
  const pattern = { kind: "pattern", pattern: "INC-[0-9]+", example: "INC-7" } as const;
  assert.equal(codeOf(checkGlassReason({ ...rule, reason: pattern }, "because")), "reason-pattern");
  assert.equal(checkGlassReason({ ...rule, reason: pattern }, "INC-12"), null);
});

function after(review: Review, verdicts: readonly (readonly [string, boolean, string?])[]): string {
  let now = review;
  for (const [name, ok, group = "leads"] of verdicts) {
    const next = reviewed(now, { by: makePerson(name, [group]), ok, reason: "seen" }, 5);
    if (isRefusal(next)) return next.code;
    now = next;
  }
  return now.state;
}

test("T24: a review takes two other people, each once, and one who says no decides", () => {
  const author = makePerson("author", ["leads"]);
  const review = sampleReview("r:1", {
    by: { human: onCall.human, userId: "ada", name: "ada" },
    concerned: [author.human],
    rule: rule.review,
  });
  const table: readonly (readonly [readonly (readonly [string, boolean, string?])[], string])[] = [
    [[["bob", true]], "open"],
    [
      [
        ["bob", true],
        ["cleo", true],
      ],
      "ok",
    ],
    [
      [
        ["bob", true],
        ["sec", true, "security"],
      ],
      "ok",
    ],
    [
      [
        ["bob", true],
        ["cleo", false],
      ],
      "not-ok",
    ],
    [
      [
        ["bob", true],
        ["bob", true],
      ],
      "already-voted",
    ],
    [[["ada", true]], "own-request"],
    [[["author", true]], "own-request"],
    [[["dan", true, "sales"]], "not-eligible"],
    [
      [
        ["bob", true],
        ["cleo", true],
        ["eve", true],
      ],
      "no-review",
    ],
  ];
  for (const [verdicts, end] of table) assert.equal(after(review, verdicts), end, JSON.stringify(verdicts));
  assert.equal(
    codeOf(reviewed(review, { by: makePerson("bob", ["leads"]), ok: true, reason: " " }, 5)),
    "reason-required",
  );
});

test("R30: as many open uses as the policy allows, and none beside an overdue one", () => {
  const open = sampleReview("r:1");
  assert.equal(unreviewed([], 1, open.at), null);
  assert.equal(codeOf(unreviewed([open], 1, open.at)), "review-missing");
  assert.equal(unreviewed([open], 2, open.dueAt - 1), null);
  assert.match(JSON.stringify(unreviewed([open], 2, open.dueAt)), /waits for 2 of leads to review it and is overdue/);
});
