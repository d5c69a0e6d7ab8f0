// Replaying the record under another policy: what would have been decided otherwise, and what would have been weaker.
import assert from "node:assert/strict";
import { test } from "node:test";
import { demandsOf } from "../../src/approvals/demands.ts";
import { recordedQuestion } from "../../src/approvals/recorded-question.ts";
import { Replaying } from "../../src/approvals/replay.ts";
import type { AuditRecord } from "../../src/core/audit.ts";
import { asGroupName } from "../../src/core/ids.ts";
import type { JsonObject } from "../../src/core/json.ts";
import type { GroupConfig, Policy, Question, Requirement, Rule } from "../../src/core/policy.ts";
import { makePolicy, makeQuestion, makeRequirement, makeRule, votes } from "./make.ts";

let seq = 0;
function record(code: "request.created" | "request.refused", details: JsonObject): AuditRecord {
  seq += 1;
  return { code, seq, at: seq, request: null, actor: null, details } as unknown as AuditRecord;
}

const created = (needs: string, question?: Partial<Question>): AuditRecord =>
  record("request.created", {
    command: "rollback checkout",
    needs,
    ...(question === undefined ? {} : { question: recordedQuestion(makeQuestion(question)) }),
  });

const refused = (refusal: string): AuditRecord =>
  record("request.refused", { command: "rollback checkout", refusal, question: recordedQuestion(makeQuestion()) });

const asks = (count: number): Rule =>
  makeRule("production", {}, { kind: "approvals", requirement: makeRequirement(votes(count, "platform")) });

function replay(policy: Policy, records: readonly AuditRecord[]) {
  const replaying = new Replaying(policy);
  for (const one of records) replaying.take(one);
  return replaying.result();
}

test("the same decision is no difference; more, fewer and no approvals are, and fewer kinds of no are weaker", () => {
  const records = [created("2 of platform", {}), created("1 of platform", {}), created("", {}), refused("no-rule")];
  const { asked, differing } = replay(makePolicy([asks(2)]), records);
  assert.equal(asked, 4);
  assert.deepEqual(
    differing.map(({ was, now, isWeaker }) => [was, now, isWeaker]),
    [
      ["needs 1 of platform", "needs 2 of platform", false],
      ["allowed", "needs 2 of platform", false],
      ["refused", "needs 2 of platform", true],
    ],
  );
});

test("fewer approvals than were needed are weaker", () => {
  const [only] = replay(makePolicy([asks(1)]), [created("2 of platform", {})]).differing;
  assert.deepEqual([only?.now, only?.isWeaker], ["needs 1 of platform", true]);
});

test("T31: a fresh sign-in, a ticket or a veto that is not asked for any more is weaker, though as many people are needed", () => {
  const stepUp = { maxAgeMs: 300_000, acr: ["phr"], amr: [] };
  const strict = makeRequirement(votes(1, "platform"), { stepUp, vetoGroups: [asGroupName("security")] });
  const details = { command: "x", needs: "1 of platform", question: recordedQuestion(makeQuestion()) };
  const was = record("request.created", { ...details, demands: [...demandsOf(strict)] });
  const under = (requirement: Requirement) =>
    replay(makePolicy([makeRule("r", {}, { kind: "approvals", requirement })]), [was]).differing;
  assert.deepEqual(under(strict), []);
  const [weaker] = under(makeRequirement(votes(1, "platform"), { vetoGroups: [asGroupName("security")] }));
  assert.deepEqual(
    [weaker?.was, weaker?.now, weaker?.isWeaker],
    [
      "needs 1 of platform, with a fresh sign-in of at most 5m, acr phr; a veto of security",
      "needs 1 of platform, with a veto of security",
      true,
    ],
  );
  const [stricter] = under({ ...strict, assurance: "linked" });
  assert.deepEqual([stricter?.isWeaker, /assurance linked/.test(stricter?.now ?? "")], [false, true]);
  const old = record("request.created", details);
  assert.deepEqual(replay(makePolicy([asks(1)]), [old]).differing, [], "of older records only the needs are known");
});

test("refusals by other parts, and records without a question, are not the policy's to differ on", () => {
  const { asked, unknown, differing } = replay(makePolicy([asks(2)]), [
    refused("cluster-rejects"),
    created("2 of platform"),
  ]);
  assert.deepEqual([asked, unknown, differing], [0, 1, []]);
});

test("the new policy's own lists say who is in its groups; who came in by Slack's stays in", () => {
  const group = (name: string, members: readonly string[], slackUserGroup: string | null): GroupConfig => ({
    ...{ name: asGroupName(name), members, slackUserGroup },
  });
  const allow = (name: string): Rule => makeRule(name, { groups: [asGroupName(name)] }, { kind: "allow" });
  const was = created("2 of platform", {
    who: { userId: "U1", groups: [asGroupName("listed"), asGroupName("slack")], assurance: "directory" },
  });
  const under = (groups: readonly GroupConfig[], name: string) =>
    replay({ ...makePolicy([allow(name)]), groups }, [was]).differing[0]?.now;
  assert.equal(under([group("listed", ["U1"], null)], "listed"), "allowed");
  assert.equal(under([group("listed", ["U2"], null)], "listed"), "refused");
  assert.equal(under([group("slack", [], "@slack")], "slack"), "allowed");
  assert.equal(under([group("listed", ["U2"], null)], "slack"), "refused");
});
