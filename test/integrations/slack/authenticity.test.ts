// T1, T2, T3 in HTTP mode: forged, mutated, replayed, stale, future and repeated requests have no effect, or one.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, it } from "node:test";
import { freshUntil, isFresh } from "../../../src/integrations/slack/http-receiver.ts";
import { makeSeen } from "../../../src/integrations/slack/seen.ts";
import { forgeries, type Try } from "../../support/forgeries.ts";
import { ANA, fakeSurface, signedHeaders, slackBench } from "../../support/slack-bench.ts";

async function onHttp(
  test: (bench: {
    readonly send: (request: Try) => Promise<number>;
    readonly secret: string;
    readonly effects: () => number;
    readonly settle: () => Promise<void>;
  }) => Promise<void>,
): Promise<void> {
  let effects = 0;
  const nothing = { kind: "nothing" } as const;
  const surface = fakeSurface({
    ready: () => {
      effects += 1;
      return null;
    },
    command: async () => nothing,
    press: async () => {
      effects += 1;
      return nothing;
    },
  });
  const bench = await slackBench("http", surface);
  const url = `http://127.0.0.1:${bench.connection.port}/slack/events`;
  try {
    await test({
      secret: bench.slack.signingSecret,
      effects: () => effects + surface.asked.homes.length,
      settle: async () => {
        for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
      },
      send: async ({ headers, body }) => {
        const response = await fetch(url, { method: "POST", headers, body });
        await response.arrayBuffer();
        return response.status;
      },
    });
  } finally {
    await bench.stop();
  }
}

let triggers = 0;
function commandBody(): string {
  triggers += 1;
  return new URLSearchParams({
    command: "/ops",
    text: "halt",
    user_id: ANA,
    team_id: "T0LOCAL01",
    channel_id: "C0PAYMENT",
    trigger_id: `trigger-${triggers}`,
    response_url: "http://127.0.0.1:9/never",
  }).toString();
}

describe("T1, R18: forged requests", () => {
  it("of 2,000 forged and mutated requests none is handled, and every honest one among them is", () =>
    onHttp(async ({ send, secret, effects, settle }) => {
      let honest = 0;
      let notRefused = 0;
      for (let start = 0; start < 2_000; start += 100) {
        const batch = Array.from({ length: 100 }, (_, index) => {
          const body = commandBody();
          const good = { headers: signedHeaders(secret, body, Date.now()), body };
          return forgeries[(start + index) % forgeries.length]?.(good) ?? good;
        });
        const answers = await Promise.all(batch.map(send));
        notRefused += answers.filter((status) => status === 200).length;
        const body = commandBody();
        assert.equal(await send({ headers: signedHeaders(secret, body, Date.now()), body }), 200);
        honest += 1;
        await settle();
        assert.equal(effects(), honest);
      }
      // Slack's unsigned certificate check is answered with an empty 200 and nothing else: three of the mutations are one.
      assert.equal(notRefused, 300);
    }));

  it("a signed request with a parameter given twice is not guessed about", () =>
    onHttp(async ({ send, secret, effects, settle }) => {
      const body = `${commandBody()}&user_id=U0BEN0001&command=%2Fops`;
      assert.equal(await send({ headers: signedHeaders(secret, body, Date.now()), body }), 200);
      await settle();
      assert.equal(effects(), 0);
    }));
});

describe("T2: replays and clocks", () => {
  it("the same request a hundred times has one effect", () =>
    onHttp(async ({ send, secret, effects, settle }) => {
      const body = commandBody();
      const request = { headers: signedHeaders(secret, body, Date.now()), body };
      await Promise.all(Array.from({ length: 100 }, () => send(request)));
      await settle();
      assert.equal(effects(), 1);
    }));

  it("301 seconds ahead or behind is refused, 290 is not", () =>
    onHttp(async ({ send, secret, effects, settle }) => {
      for (const [offset, status] of [
        [301_500, 401],
        [-301_500, 401],
        [86_400_000, 401],
        [290_000, 200],
        [-290_000, 200],
      ] as const) {
        const body = commandBody();
        assert.equal(
          await send({ headers: signedHeaders(secret, body, Date.now() + offset), body }),
          status,
          `${offset} ms`,
        );
      }
      await settle();
      assert.equal(effects(), 2);
    }));

  it("a timestamp is plain digits within five minutes on either side", () => {
    const now = 1_700_000_000_000;
    for (const good of ["1700000000", "1699999700", "1700000300"]) assert.equal(isFresh(good, now), true, good);
    for (const bad of [
      "1699999699",
      "1700000301",
      "",
      "1e9",
      " 1700000000",
      "1700000000.5",
      "-1",
      "1700000000, 1700000000",
    ]) {
      assert.equal(isFresh(bad, now), false, bad);
    }
    assert.equal(isFresh(["1700000000"], now), false);
  });
});

describe("T2: what was taken is remembered as long as it would be taken", () => {
  it("no fresh timestamp is one that may be forgotten, and few that are stale are kept", () => {
    const now = 1_700_000_000_123;
    for (let ageMs = -310_000; ageMs <= 310_000; ageMs += 250) {
      const timestamp = String(Math.floor((now - ageMs) / 1_000));
      if (isFresh(timestamp, now)) assert.ok(freshUntil(timestamp) > now, timestamp);
      else if (ageMs > 302_000) assert.ok(freshUntil(timestamp) <= now, timestamp);
    }
  });

  it("a key is a repetition until its own end, and then the first again", () => {
    const seen = makeSeen(10, 605_000);
    assert.equal(seen.first("v0=a", 0, 301_000), true);
    assert.equal(seen.first("v0=a", 300_999, 601_999), false);
    assert.equal(seen.first("v0=b", 301_000, 602_000), true);
    assert.equal(seen.size, 1, "what is over makes room");
    assert.equal(seen.first("v0=a", 301_000, 602_000), true);
  });
});

describe("T3: repeated deliveries", () => {
  it("three deliveries of one command, signed anew as Slack does, have one effect", () =>
    onHttp(async ({ send, secret, effects, settle }) => {
      const body = commandBody();
      for (const [index, reason] of ["", "http_timeout", "http_error"].entries()) {
        const headers = signedHeaders(secret, body, Date.now() - index * 2_000);
        const retry = reason === "" ? {} : { "x-slack-retry-num": String(index), "x-slack-retry-reason": reason };
        assert.equal(await send({ headers: { ...headers, ...retry }, body }), 200);
      }
      await settle();
      assert.equal(effects(), 1);
    }));

  it("what nobody knows is acknowledged at once", () =>
    onHttp(async ({ send, secret }) => {
      const user = { id: ANA, team_id: "T0LOCAL01" };
      const payloads = [
        { type: "block_actions", user, actions: [{ type: "button", action_id: "unknown", block_id: "b" }] },
        { type: "view_submission", user, view: { id: "V1", callback_id: "unknown", state: { values: {} } } },
        { type: "view_closed", user, view: { id: "V1", callback_id: "unknown" } },
        { type: "shortcut", user, callback_id: "unknown" },
        { type: "block_suggestion", user, action_id: "unknown", value: "" },
      ];
      for (const payload of payloads) {
        const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
        const began = Date.now();
        assert.equal(await send({ headers: signedHeaders(secret, body, Date.now()), body }), 200, payload.type);
        assert.ok(Date.now() - began < 1_000);
      }
    }));
});

// The signature that the tests make is the one that Slack documents.
it("the tests sign as Slack does", () => {
  const { "x-slack-signature": signature, "x-slack-request-timestamp": timestamp } = signedHeaders(
    "8f742231b10e8888abcd99yyyzzz85a5",
    "token=x",
    1_531_420_618_000,
  );
  assert.equal(timestamp, "1531420618");
  assert.equal(
    signature,
    `v0=${createHmac("sha256", "8f742231b10e8888abcd99yyyzzz85a5").update("v0:1531420618:token=x").digest("hex")}`,
  );
});
