// Every surface on the local Slack: messages, threads, files, shortcuts, forms, App Home, changed posts, and faults.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { message } from "../../../src/core/message.ts";
import type { Form, Reply, Surface } from "../../../src/core/ports/surface.ts";
import { refuse } from "../../../src/core/refusal.ts";
import {
  ANA,
  BEN,
  type FakeSurface,
  fakeSurface,
  realClock,
  type SlackBench,
  slackBench,
} from "../../support/slack-bench.ts";

const BOT = "<@U0CSIGN01>";

async function on(
  answers: Partial<Surface>,
  test: (bench: SlackBench, surface: FakeSurface) => Promise<void>,
  mode: "socket" | "http" = "http",
) {
  const surface = fakeSurface(answers);
  const bench = await slackBench(mode, surface);
  try {
    await test(bench, surface);
    assert.deepEqual(bench.slack.violations(), []);
  } finally {
    await bench.stop();
  }
}

const manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a<b>&c}\n";
const form: Form = {
  verb: "apply",
  title: "Apply a manifest",
  intro: "Paste it or add a file.",
  text: "apply --dry-run",
  fields: [
    { name: "manifest", label: "Manifest", hint: "YAML", kind: "manifest", optional: false, choices: [], initial: "" },
    { name: "reason", label: "Reason", hint: "", kind: "text", optional: true, choices: [], initial: "" },
  ],
};

describe("messages", () => {
  it("what comes while 500 others are under way is refused aloud, not dropped", async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const command = () => released.then(() => ({ kind: "nothing" }) as const);
    await on({ command }, async ({ slack }, surface) => {
      const ana = slack.as(ANA);
      // So many that a busy machine still takes each in the time that Slack gives.
      for (let sent = 0; sent < 500; sent += 50)
        await Promise.all(Array.from({ length: 50 }, () => ana.command("#payments", "/ops", "status checkout")));
      await slack.waitUntil(() => (surface.asked.commands.length === 500 ? true : undefined), "500 commands under way");
      await slack.as(BEN).say("#payments", `${BOT} status checkout`);
      const told = await slack.waitUntil(() => slack.ephemerals(BEN)[0], "the refusal");
      assert.match(told.text, /Too much is asked at once/);
      assert.equal(surface.asked.commands.length, 500);
      release();
    }).finally(release);
  });

  it("a mention is a command, once, though Slack tells of it by two events", () =>
    on({}, async ({ slack }, surface) => {
      await slack.as(ANA).say("#payments", `${BOT} status checkout`);
      await slack.waitForMessage(({ text }) => text === "did status checkout");
      assert.equal(surface.asked.commands.length, 1);
      const [asked] = surface.asked.commands;
      assert.equal(asked?.origin.surface, "mention");
      assert.match(asked?.origin.deliveryKey ?? "", /^message:T0LOCAL01:C0PAYMENT:\d+\.\d+$/);
    }));

  it("!verb counts in a thread and only there; the answer stands in the thread", () =>
    on({}, async ({ slack }, surface) => {
      const ana = slack.as(ANA);
      await ana.say("#payments", "!logs checkout");
      const [root] = slack.messages("C0PAYMENT");
      await ana.say("#payments", "!logs checkout", { threadTs: root?.ts ?? "" });
      const shown = await slack.waitForMessage(({ text }) => text === "did logs checkout");
      assert.equal(shown.threadTs, root?.ts);
      assert.deepEqual(
        surface.asked.commands.map(({ origin }) => [origin.surface, origin.threadTs]),
        [["thread", root?.ts]],
      );
    }));

  it("edits and shared channels say nothing to the bot", () =>
    on({}, async ({ slack }, surface) => {
      const ana = slack.as(ANA);
      await ana.say("#payments", "nothing");
      const [said] = slack.messages("C0PAYMENT");
      await ana.edit("#payments", said?.ts ?? "", `${BOT} halt`);
      await slack.as("U0STRANG1").say("#ext-partner", `${BOT} halt`);
      await ana.say("#payments", `${BOT} whoami`);
      await slack.waitForMessage(({ text }) => text === "did whoami");
      assert.deepEqual(
        surface.asked.commands.map(({ text }) => text),
        ["whoami"],
      );
    }));

  it("a file or a code block of the message is its manifest", () =>
    on({}, async ({ slack }, surface) => {
      const ana = slack.as(ANA);
      const file = ana.upload("cm.yaml", manifest);
      await ana.say("#payments", `${BOT} apply`, { fileIds: [file.id] });
      await slack.waitUntil(() => surface.asked.commands[0], "the command");
      await ana.say("#payments", `${BOT} apply --dry-run \`\`\`\n${manifest}\`\`\``);
      await slack.waitForMessage(({ text }) => text === "did apply --dry-run");
      assert.deepEqual(
        surface.asked.commands.map(({ text, document }) => [text, document]),
        [
          ["apply", { text: manifest, authorUserIds: [ANA] }],
          ["apply --dry-run", { text: manifest, authorUserIds: [ANA] }],
        ],
      );
    }));

  it("somebody else's file has two authors: who shares it and who uploaded it", () =>
    on({}, async ({ slack }, surface) => {
      const file = slack.as(BEN).upload("cm.yaml", manifest);
      await slack.as(BEN).say("#payments", "look at this", { fileIds: [file.id] });
      await slack.as(ANA).say("#payments", `${BOT} apply`, { fileIds: [file.id] });
      await slack.waitUntil(() => surface.asked.commands[0], "the command");
      assert.deepEqual(surface.asked.commands[0]?.document, { text: manifest, authorUserIds: [ANA, BEN] });
      const said = slack.messages("C0PAYMENT").find(({ user }) => user === ANA);
      await slack.as("U0FINN001").messageShortcut("apply_manifest", { channel: "C0PAYMENT", ts: said?.ts ?? "" });
      await slack.waitUntil(() => surface.asked.commands[1], "the shortcut's command");
      assert.deepEqual(surface.asked.commands[1]?.document?.authorUserIds, [ANA, BEN]);
    }));

  it("a file that is too large or not text is refused with its name", () =>
    on({}, async ({ slack }, surface) => {
      const ana = slack.as(ANA);
      await ana.say("#payments", `${BOT} apply`, { fileIds: [ana.upload("big.yaml", "a".repeat(200_001)).id] });
      await slack.waitForMessage(({ text }) => text.includes("big.yaml is larger than 200000 bytes"));
      await ana.say("#payments", `${BOT} apply`, {
        fileIds: [ana.upload("x.yaml", Buffer.from([0x61, 0xff, 0xfe])).id],
      });
      await slack.waitForMessage(({ text }) => text.includes("x.yaml cannot be read: it is not UTF-8 text"));
      assert.equal(surface.asked.commands.length, 0);
    }));
});

describe("shortcuts and forms", () => {
  it("Apply this manifest keeps who wrote the message apart from who asks", () =>
    on({}, async ({ slack }, surface) => {
      await slack.as(BEN).say("#payments", `\`\`\`\n${manifest}\`\`\``);
      const [said] = slack.messages("C0PAYMENT");
      await slack.as(ANA).messageShortcut("apply_manifest", { channel: "C0PAYMENT", ts: said?.ts ?? "" });
      await slack.waitForMessage(({ text }) => text === "did apply");
      const [asked] = surface.asked.commands;
      assert.deepEqual(asked?.document?.authorUserIds, [BEN]);
      assert.equal(asked?.document?.text, manifest);
      assert.equal(asked?.origin.account.userId, ANA);
    }));

  it("New request asks for any command in a channel", () =>
    on({}, async ({ slack }, surface) => {
      const ana = slack.as(ANA);
      await ana.shortcut("new_request");
      await slack.waitForModal(ANA);
      await ana.submit({ command: "/ops scale checkout 3", where: "C0PAYMENT" });
      const [asked] = surface.asked.commands;
      assert.equal(asked?.text, "scale checkout 3");
      assert.equal(asked?.origin.channelId, "C0PAYMENT");
    }));

  it("while a form is being answered, messages make way", async () => {
    const asked = Promise.withResolvers<void>();
    const answered = Promise.withResolvers<Reply>();
    const command = (): Promise<Reply> => {
      asked.resolve();
      return answered.promise;
    };
    await on({ command }, async ({ slack, reached }) => {
      const ana = slack.as(ANA);
      await ana.shortcut("new_request");
      await slack.waitForModal(ANA);
      const submitted = ana.submit({ command: "/ops status", where: "C0PAYMENT" });
      await asked.promise;
      let came = false;
      const turn = reached.peopleFirst.turn(60_000, new AbortController().signal).then(() => {
        came = true;
      });
      await new Promise(setImmediate);
      assert.equal(came, false);
      answered.resolve({ kind: "nothing" });
      await Promise.all([submitted, turn]);
    });
  });

  it("a form comes back as its command with the document; a refusal stands under the field and keeps what was typed", () =>
    on(
      {
        command: async (input) => {
          if (input.document === null) return { kind: "form", form };
          if (input.document.text === "bad")
            return { kind: "refusal", refusal: refuse("bad-yaml", "Line 1 is no YAML.", "Mend it.") };
          return { kind: "nothing" };
        },
      },
      async ({ slack }, surface) => {
        const ana = slack.as(ANA);
        await ana.command("#payments", "/ops", "apply --dry-run");
        await slack.waitForModal(ANA);
        assert.deepEqual((await ana.submit({})).errors, {
          manifest: "Paste a manifest here, or add it as a file below.",
        });
        assert.deepEqual((await ana.submit({ manifest: "bad" })).errors, { manifest: "Line 1 is no YAML. Mend it." });
        assert.equal((await ana.submit({ manifest, reason: "OPS-7" })).ok, true);
        const asked = surface.asked.commands.at(-1);
        assert.equal(asked?.text, 'apply --dry-run --reason "OPS-7"');
        assert.deepEqual(asked?.document, { text: manifest, authorUserIds: [ANA] });
        assert.equal(asked?.origin.surface, "form");
      },
    ));

  it("a form asked for in a message is opened by a button", () =>
    on(
      { command: async () => ({ kind: "form", form }), press: async () => ({ kind: "form", form }) },
      async ({ slack }, surface) => {
        const ana = slack.as(ANA);
        await ana.say("#payments", `${BOT} apply`);
        const offer = await slack.waitForMessage(({ ephemeralTo }) => ephemeralTo === ANA);
        await ana.click({ channel: offer.channel, ts: offer.ts }, "cs:run-command:1:0");
        await slack.waitForModal(ANA);
        assert.equal(surface.asked.presses[0]?.value, "apply --dry-run");
      },
    ));
});

describe("clicks, home, changed posts", () => {
  it("a refused vote is shown as a window with the reason", () =>
    on(
      {
        command: async () => ({
          kind: "message",
          audience: "channel",
          message: message("card", [
            { kind: "buttons", buttons: [{ action: "open-deny", label: "Deny", value: "r-x" }] },
          ]),
        }),
      },
      async ({ slack }) => {
        await slack.as(ANA).command("#payments", "/ops", "x");
        const card = await slack.waitForMessage(({ text }) => text === "card");
        await slack.as(BEN).click({ channel: card.channel, ts: card.ts }, "cs:open-deny:0:0");
        const shown = await slack.waitForModal(BEN);
        assert.ok(JSON.stringify(shown.view).includes("There is no request r-x."));
      },
    ));

  it("a refusal's choices are a menu whose choice is a command", () =>
    on(
      {
        command: async () => ({
          kind: "refusal",
          refusal: refuse("ambiguous-target", "Two match.", "Pick one.", [
            { label: "shop/checkout", command: "status shop/checkout" },
          ]),
        }),
      },
      async ({ slack }, surface) => {
        const ana = slack.as(ANA);
        await ana.command("#payments", "/ops", "status checkout");
        const shown = await slack.waitForMessage(({ text }) => text === "Two match.");
        await ana.click({ channel: shown.channel, ts: shown.ts }, "cs:run-command:2:0", {
          value: "status shop/checkout",
        });
        await slack.waitForMessage(({ text }) => text === "pressed run-command");
        assert.equal(surface.asked.presses[0]?.value, "status shop/checkout");
      },
    ));

  it("App Home is published when it is opened", () =>
    on({}, async ({ slack }, surface) => {
      await slack.as(ANA).openHome();
      const home = await slack.waitForHome(ANA);
      assert.ok(JSON.stringify(home.view).includes("Waiting for you"));
      assert.deepEqual(surface.asked.homes, [ANA]);
    }));

  it("R34, T4: a post of the bot that is rewritten or deleted with a stolen token is told", () =>
    on(
      {
        command: async () => ({
          kind: "message",
          audience: "channel",
          message: message("post", [{ kind: "text", text: ["roll back checkout"] }]),
        }),
      },
      async ({ slack }, surface) => {
        const thief = (method: string, body: object) =>
          fetch(`${slack.apiUrl}${method}`, {
            method: "POST",
            headers: { authorization: `Bearer ${slack.botToken}`, "content-type": "application/json" },
            body: JSON.stringify({ channel: "C0PAYMENT", ...body }),
          });
        await slack.as(ANA).command("#payments", "/ops", "x");
        const { ts } = await slack.waitForMessage(({ text }) => text === "post");
        await slack.waitUntil(
          () => (slack.calls().some(({ method }) => method === "chat.postMessage") ? true : undefined),
          "the post",
        );
        await thief("chat.update", { ts, text: "post", blocks: [{ type: "divider" }] });
        await thief("chat.delete", { ts });
        const end = Date.now() + 3_000;
        while (surface.asked.altered.length < 2 && Date.now() < end) await realClock.wait(5);
        assert.deepEqual(
          surface.asked.altered.map(({ how, ts: at }) => [how, at]),
          [
            ["edited", ts],
            ["deleted", ts],
          ],
        );
      },
    ));

  it("an answer that does not fit goes to the asker as a file, and the message says so", () => {
    const long = Array.from({ length: 3_000 }, (_, line) => `log line ${line}`).join("\n");
    return on(
      {
        command: async () => ({
          kind: "message",
          audience: "asker",
          message: message("logs", [{ kind: "code", text: long }]),
        }),
      },
      async ({ slack }) => {
        await slack.as(ANA).command("#payments", "/ops", "logs");
        const file = await slack.waitForMessage(({ files }) => files.length === 1);
        assert.equal(slack.file(file.files[0] ?? "")?.content.toString("utf8"), long);
        assert.match(JSON.stringify(slack.ephemerals(ANA).at(-1)?.blocks), /The first \d+ of 3000 lines are shown/);
        assert.notEqual(file.channel, "C0PAYMENT");
      },
    );
  });

  it("an answer is given by an ephemeral message when the response_url fails", () =>
    on({}, async ({ slack }) => {
      slack.failNext("response_url", { status: 500 });
      await slack.as(ANA).command("#payments", "/ops", "status");
      const shown = await slack.waitForMessage(({ text }) => text === "did status");
      assert.equal(shown.ephemeralTo, ANA);
    }));
});

describe("Socket Mode under faults", () => {
  for (const [name, hurt] of [
    ["Slack says goodbye", (bench: SlackBench) => bench.slack.sendDisconnect("refresh_requested")],
    ["the connection is cut", (bench: SlackBench) => bench.slack.closeSockets()],
  ] as const) {
    it(`a command right after is answered when ${name}`, () =>
      on(
        {},
        async (bench) => {
          const began = Date.now();
          hurt(bench);
          await bench.slack.waitUntil(
            () =>
              bench.slack.calls().filter(({ method }) => method === "apps.connections.open").length >= 2
                ? true
                : undefined,
            "a new socket",
          );
          await bench.slack.waitForConnections(1);
          const ana = bench.slack.as(ANA);
          while (!(await ana.command("#payments", "/ops", "status")).ok && Date.now() - began < 4_000) {
            await realClock.wait(20);
          }
          await bench.slack.waitForMessage(({ text }) => text === "did status");
          assert.ok(Date.now() - began < 2_000);
        },
        "socket",
      ));
  }

  it("a refused app token on reconnecting ends the connection with its reason, and the process stays", () =>
    on(
      {},
      async (bench) => {
        bench.slack.failNext("apps.connections.open", { error: "invalid_auth" }, 5);
        bench.slack.closeSockets();
        assert.equal(await bench.connection.ended, "invalid_auth");
      },
      "socket",
    ));

  it("stopping while a socket is being opened leaves no rejection behind", () =>
    on(
      {},
      async (bench) => {
        bench.slack.failNext("apps.connections.open", { status: 503 }, 3);
        bench.slack.closeSockets();
        await bench.slack.waitUntil(
          () =>
            bench.slack.calls().filter(({ method }) => method === "apps.connections.open").length > 1
              ? true
              : undefined,
          "a try to open the next socket",
        );
        await bench.connection.stop();
      },
      "socket",
    ));
});
