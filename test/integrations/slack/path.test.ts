// The thin path, in both modes: a command is answered, a button opens the vote, the vote is cast.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseRequestId } from "../../../src/core/ids.ts";
import { message } from "../../../src/core/message.ts";
import { refuse } from "../../../src/core/refusal.ts";
import { ANA, BEN, fakeSurface, slackBench } from "../../support/slack-bench.ts";

const request = parseRequestId("r-4k7m2qx") ?? assert.fail();

for (const mode of ["socket", "http"] as const) {
  describe(`${mode} mode`, () => {
    it("a slash command reaches the surface with its origin, and only the asker sees the answer", async () => {
      const surface = fakeSurface();
      const bench = await slackBench(mode, surface);
      try {
        const outcome = await bench.slack.as(ANA).command("#payments", "/ops", "status checkout");
        assert.equal(outcome.ok, true, JSON.stringify(outcome));
        const shown = await bench.slack.waitForMessage(({ text }) => text === "did status checkout");
        assert.equal(shown.ephemeralTo, ANA);
        const [asked] = surface.asked.commands;
        assert.equal(asked?.text, "status checkout");
        assert.deepEqual(asked?.origin.account, { enterpriseId: null, teamId: "T0LOCAL01", userId: ANA });
        assert.equal(asked?.origin.channelId, "C0PAYMENT");
        assert.equal(asked?.origin.surface, "slash");
        assert.match(asked?.origin.deliveryKey ?? "", /^slash:.+/);
        assert.deepEqual(bench.slack.violations(), []);
      } finally {
        await bench.stop();
      }
    });

    it("an answer that is ready travels in the acknowledgement", async () => {
      const surface = fakeSurface({
        ready: async () => ({
          kind: "message",
          audience: "channel",
          message: message("all well", [{ kind: "text", text: ["all well"] }]),
        }),
      });
      const bench = await slackBench(mode, surface);
      try {
        await bench.slack.as(ANA).command("#payments", "/ops", "status");
        const shown = await bench.slack.waitForMessage(({ text }) => text === "all well");
        assert.equal(shown.ephemeralTo, undefined);
        assert.equal(surface.asked.commands.length, 0);
        const called = bench.slack.calls().map(({ method }) => method);
        assert.deepEqual(
          called.filter((method) => method.startsWith("chat.") || method === "response_url"),
          [],
        );
      } finally {
        await bench.stop();
      }
    });

    it("a vote is the submission of the form that the button opened", async () => {
      const surface = fakeSurface({
        command: async () => ({
          kind: "message",
          audience: "channel",
          message: message("card", [
            { kind: "heading", text: "Roll back checkout" },
            {
              kind: "buttons",
              buttons: [{ action: "open-approve", label: "Approve", style: "primary", value: "r-4k7m2qx:1" }],
            },
          ]),
        }),
        openVote: async () => ({
          request,
          version: 1,
          choice: "approve",
          token: "tok",
          body: message("what", [{ kind: "text", text: ["exactly this"] }]),
          reason: "required",
          reasonHint: "why",
        }),
        vote: async (input) =>
          input.reason === "bad"
            ? {
                kind: "refusal",
                refusal: refuse("reason-pattern", "The reason bad names no ticket.", "Write one like OPS-1."),
              }
            : { kind: "nothing" },
      });
      const bench = await slackBench(mode, surface);
      try {
        await bench.slack.as(ANA).command("#payments", "/ops", "rollback checkout");
        const card = await bench.slack.waitForMessage(({ text }) => text === "card");
        const ben = bench.slack.as(BEN);
        const clicked = await ben.click({ channel: card.channel, ts: card.ts }, "cs:open-approve:1:0");
        assert.equal(clicked.ok, true, JSON.stringify(clicked));
        const modal = await bench.slack.waitForModal(BEN);
        assert.equal(JSON.stringify(modal.view).includes("exactly this"), true);
        const wrong = await ben.submit({ reason: "bad" });
        assert.deepEqual(wrong.errors, { reason: "The reason bad names no ticket. Write one like OPS-1." });
        assert.equal((await ben.submit({ reason: "OPS-7" })).ok, true);
        assert.equal(bench.slack.openModalOf(BEN), undefined);
        const vote = surface.asked.votes.at(-1);
        assert.equal(vote?.token, "tok");
        assert.equal(vote?.request, "r-4k7m2qx");
        assert.equal(vote?.version, 1);
        assert.equal(vote?.choice, "approve");
        assert.equal(vote?.reason, "OPS-7");
        assert.equal(vote?.origin.account.userId, BEN);
        assert.deepEqual(surface.asked.opened[0]?.card, { channelId: "C0PAYMENT", ts: card.ts });
        assert.deepEqual(bench.slack.violations(), []);
      } finally {
        await bench.stop();
      }
    });
  });
}
