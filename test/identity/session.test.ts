// The life of a sign-in: one browser, ten minutes, one order, once.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isRefusal } from "../../src/core/refusal.ts";
import type { SignIn } from "../../src/core/sign-in.ts";
import { beginSignIn, checkAccount, type SignInEvent, step } from "../../src/identity/session.ts";
import { account, proven, secrets, start } from "./make.ts";

const fresh = (): SignIn =>
  beginSignIn({ id: "s", purpose: { kind: "link" }, account: account("U1"), name: "ana", linkHash: "h", now: start });

const event: fc.Arbitrary<SignInEvent> = fc.oneof(
  fc.constantFrom<SignInEvent>(
    { kind: "opened", browserHash: "mine", secrets },
    { kind: "opened", browserHash: "theirs", secrets },
    { kind: "came-back" },
    { kind: "slack-proven", secrets },
    { kind: "subject-proven", proven: proven("ana"), formToken: "token" },
    { kind: "agreed" },
    { kind: "failed" },
  ),
);

test("T26: law: finished is reached once, by one browser, in the one order, within ten minutes", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(event, fc.integer({ min: 0, max: 120_000 })), { maxLength: 30 }), (events) => {
      let signIn = fresh();
      let now = start;
      let taken: string[] = [];
      for (const [each, later] of events) {
        now += later;
        const next = step(signIn, each, now);
        if (isRefusal(next)) continue;
        assert.equal(next.revision, signIn.revision + 1);
        if (signIn.browserHash !== null) assert.equal(next.browserHash, signIn.browserHash);
        assert.ok(now < start + 600_000);
        assert.ok(each.kind !== "came-back" || next.half?.secrets === null, "the secrets of a leg are used once");
        // The browser may come back to Slack's leg and begin it anew.
        taken = each.kind === "opened" ? ["opened"] : [...taken, each.kind];
        signIn = next;
      }
      const isFinished = signIn.state === "finished";
      assert.ok(!(isFinished || signIn.state === "refused") || signIn.half === null, "nothing is held after the end");
      const way = ["opened", "came-back", "slack-proven", "came-back", "subject-proven", "agreed"];
      assert.equal(isFinished, JSON.stringify(taken) === JSON.stringify(way));
      assert.deepEqual(
        taken.filter((kind) => kind !== "failed"),
        way.slice(0, taken.filter((kind) => kind !== "failed").length),
      );
    }),
    { numRuns: 2_000 },
  );
});

test("T26: the proven Slack account must be the one that the command was typed with: team and user", () => {
  const is = (teamId: string, userId: string) => checkAccount(fresh(), { teamId, userId }) === null;
  assert.deepEqual([is("T1", "U1"), is("T1", "U2"), is("T2", "U1")], [true, false, false]);
  assert.equal(checkAccount(fresh(), null)?.code, "sign-in-refused");
});
