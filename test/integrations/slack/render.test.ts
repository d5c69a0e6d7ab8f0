// Rendering: limits, hostile text, invisible characters, and that what does not fit is said and kept whole.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { checkBlocks as slackSays } from "../../../demo/slack/check/blocks.ts";
import type { Message, Part, Span } from "../../../src/core/message.ts";
import { message } from "../../../src/core/message.ts";
import { passMessage } from "../../../src/integrations/slack/gate.ts";
import { checkBlocks } from "../../../src/integrations/slack/render/check.ts";
import { fit, messageRoom } from "../../../src/integrations/slack/render/fit.ts";
import { linkUrl } from "../../../src/integrations/slack/render/link.ts";
import { partText } from "../../../src/integrations/slack/render/move.ts";
import { progressBar } from "../../../src/integrations/slack/render/progress.ts";
import { answerView, homeView } from "../../../src/integrations/slack/render/views.ts";
import { visible } from "../../../src/integrations/slack/render/visible.ts";

const hostile = [
  "<!channel>",
  "<!here|here>",
  "<!subteam^S123|@all>",
  "<@U0ANA0001>",
  "<#C0PAYMENT|x>",
  "<https://evil.example|prod dashboard>",
  "```\n<!channel>\n```",
  "`<@U1>`",
  "*bold* _it_ ~no~ > quote\n> more",
  "&lt;!channel&gt;",
  "&amp;lt;@U1&amp;gt;",
  "<mailto:a@b|c>",
  "<!date^0^{date}^https://evil.example|now>",
  "@channel @here @everyone",
  "\u202Egnp.exe",
  "a\u200Bb\u2066c",
  "\r\n\rred",
  "\u001b[31mred\u001b[0m",
  "]]>--><script>",
  ":rotating_light:",
];

const span = (text: string): fc.Arbitrary<Span> =>
  fc.constantFrom<Span>(
    text,
    { kind: "bold", text },
    { kind: "code", text },
    { kind: "person", userId: text },
    { kind: "channel", channelId: text },
    { kind: "link", url: `https://ok.example/${text}`, text },
    { kind: "link", url: text, text },
  );

const anyText = fc.oneof(
  fc.constantFrom(...hostile),
  fc.string({ maxLength: 200 }),
  fc.string({ unit: "binary", maxLength: 60 }),
);
const inline = fc.array(anyText.chain(span), { maxLength: 6 });
const anyPart: fc.Arbitrary<Part> = fc.oneof(
  anyText.map((text): Part => ({ kind: "heading", icon: "warn", text })),
  inline.map((text): Part => ({ kind: "text", text })),
  inline.map((text): Part => ({ kind: "text", icon: "high", text })),
  inline.map((text): Part => ({ kind: "small", text })),
  anyText.map((text): Part => ({ kind: "code", text })),
  fc.tuple(anyText, anyText).map(([by, text]): Part => ({ kind: "quote", by, text })),
  fc.tuple(anyText, inline).map(([label, value]): Part => ({ kind: "fields", fields: [{ label, value }] })),
  fc
    .array(fc.array(anyText, { minLength: 3, maxLength: 3 }), { maxLength: 130 })
    .map((rows): Part => ({ kind: "table", columns: ["NAME", "READY", ""], rows })),
  fc
    .tuple(anyText, anyText)
    .map(([label, value]): Part => ({ kind: "buttons", buttons: [{ action: "open-approve", label, value }] })),
  fc.array(fc.tuple(anyText, anyText), { maxLength: 120 }).map(
    (choices): Part => ({
      kind: "menu",
      label: "pick",
      choices: choices.map(([label, command]) => ({ label, command })),
    }),
  ),
  fc.constant<Part>({ kind: "progress", done: 3, total: 9, label: "pods" }),
  fc.constant<Part>({ kind: "line" }),
);
const anyMessage: fc.Arbitrary<Message> = fc
  .tuple(anyText, fc.array(anyPart, { maxLength: 60 }))
  .map(([summary, parts]) => message(summary, parts));

/** Strings that Slack parses as markup: the fallback text and every mrkdwn object. */
function parsed(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(parsed);
  if (typeof value !== "object" || value === null) return [];
  const holder = value as Readonly<Record<string, unknown>>;
  if (holder.type === "mrkdwn") return [String(holder.text)];
  return Object.values(holder).flatMap(parsed);
}

describe("T11: text of others is never markup", () => {
  it("nothing that Slack parses holds a mention, link or command that we did not make", () => {
    fc.assert(
      fc.property(anyMessage, (any) => {
        const fitted = fit(passMessage(any), messageRoom);
        assert.ok(!/<[^>]/.test(fitted.text), fitted.text);
        for (const text of parsed(fitted.blocks)) {
          assert.match(text, /^<(@[A-Z0-9]+|#[A-Z0-9]+|!date\^\d+\^[^<>]*|https:\/\/ok\.example\/[^<>|]*\|[^<>|]*)>$/);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("rich text holds users, channels and links only where the span's id or address is one", () => {
    for (const text of hostile) {
      const fitted = fit(
        passMessage(
          message(text, [
            {
              kind: "text",
              text: [
                { kind: "person", userId: text },
                { kind: "link", url: text, text: "x" },
              ],
            },
          ]),
        ),
        messageRoom,
      );
      const json = JSON.stringify(fitted.blocks);
      assert.ok(!json.includes('"type":"user"') && !json.includes('"type":"link"'), json);
    }
  });

  it("a link cannot break out of its markup, and only web addresses are links", () => {
    assert.equal(linkUrl("https://ok.example/a|b>c<d e"), "https://ok.example/a%7Cb%3Ec%3Cd%20e");
    for (const url of ["javascript:alert(1)", "slack://x", "https://user:pw@ok.example/", "not a url"])
      assert.equal(linkUrl(url), null);
  });
});

describe("T12: what cannot be seen is written out", () => {
  it("controls, zero-width and bidirectional characters become escapes, tab and newline stay", () => {
    assert.equal(
      visible("a\u202Eb\u0000c\td\ne\r\u200B\u{E0041}\uFEFF"),
      "a\\u202Eb\\u0000c\td\ne\\r\\u200B\\u{E0041}\\uFEFF",
    );
    for (let point = 0; point < 0xa0; point += 1) {
      const char = String.fromCodePoint(point);
      const plain = (point >= 0x20 && point < 0x7f) || char === "\n" || char === "\t";
      assert.equal(visible(char) === char, plain, `U+${point.toString(16)}`);
    }
    for (const [from, to] of [
      [0x200b, 0x200f],
      [0x202a, 0x202e],
      [0x2060, 0x206f],
    ] as const) {
      for (let point = from; point <= to; point += 1) assert.match(visible(String.fromCodePoint(point)), /^\\u/);
    }
  });

  it("ordinary letters, emoji and our own icons stay as they are, and doing it twice changes nothing", () => {
    const text = "Grüße, 你好, שלום, ▶️ ✅ Ω";
    assert.equal(visible(text), text);
    assert.equal(visible(visible("\u202E")), visible("\u202E"));
  });
});

describe("limits", () => {
  it("every message and view is within Slack's limits, by our check and by the local Slack's", () => {
    fc.assert(
      fc.property(anyMessage, (any) => {
        const fitted = fit(passMessage(any), messageRoom);
        assert.deepEqual(checkBlocks(fitted.blocks, "message"), []);
        assert.deepEqual(slackSays(fitted.blocks, "message", "/blocks"), []);
        assert.deepEqual(
          slackSays(answerView("An answer of the bot with a long title", any).blocks, "modal", "/view"),
          [],
        );
        assert.deepEqual(slackSays(homeView(any).blocks, "home", "/view"), []);
      }),
      { numRuns: 200 },
    );
  });

  it("nothing is cut: each part stands in the message or whole in a file", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 8 }), (sizes) => {
        const parts = sizes.map(
          (size, index): Part => ({
            kind: "code",
            text: Array.from({ length: size }, (_, line) => `${index}:${line}`).join("\n"),
          }),
        );
        const fitted = fit(message("m", parts), messageRoom);
        const shown = JSON.stringify(fitted.blocks);
        for (const part of parts) {
          const whole = partText(part);
          const inFile = fitted.attachments.find(({ text }) => text === whole);
          assert.ok(
            inFile !== undefined ? shown.includes(inFile.name) : shown.includes(JSON.stringify(whole).slice(1, -1)),
          );
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe("T13: what is dangerous is seen, or cannot be approved", () => {
  it("a risk fact stays visible beside a diff of any length, and the whole diff is in a file with its digest", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.nat(), (lines, place) => {
        const diff = Array.from({ length: lines }, (_, line) =>
          line === place % lines ? "+ privileged: true" : `+ key${line}: value`,
        ).join("\n");
        const card = message("Apply 1 object", [
          { kind: "heading", text: "Apply deployment/checkout" },
          { kind: "text", icon: "high", text: ["Container app becomes privileged: true"] },
          { kind: "code", text: diff },
          { kind: "buttons", buttons: [{ action: "open-approve", label: "Approve", value: "r-1:1" }] },
        ]);
        const fitted = fit(card, messageRoom);
        const shown = JSON.stringify(fitted.blocks);
        assert.ok(shown.includes("becomes privileged: true"));
        assert.ok(shown.includes(JSON.stringify(diff).slice(1, -1)) || fitted.attachments[0]?.text === diff);
        if (fitted.attachments.length > 0) assert.match(shown, /sha256 [0-9a-f]{12}/);
        assert.ok(shown.includes("open-approve"));
      }),
      { numRuns: 1_000 },
    );
  });

  it("more risk facts than Slack can show switch approving off, keep denying, and attach all of them", () => {
    const risks = Array.from(
      { length: 400 },
      (_, index): Part => ({ kind: "text", icon: "high", text: [`Risk number ${index} of a long list of risks`] }),
    );
    const buttons: Part = {
      kind: "buttons",
      buttons: [
        { action: "open-approve", label: "Approve", value: "r:1" },
        { action: "open-deny", label: "Deny", value: "r:1" },
      ],
    };
    const fitted = fit(message("card", [...risks, buttons]), messageRoom);
    const shown = JSON.stringify(fitted.blocks);
    assert.equal(fitted.whole, false);
    assert.ok(shown.includes("Risk number 0 ") && shown.includes("open-deny") && !shown.includes("open-approve"));
    assert.match(shown, /cannot be approved from here/);
    for (let index = 0; index < 400; index += 1)
      assert.ok(fitted.attachments[0]?.text.includes(`Risk number ${index} `));
  });
});

describe("progress", () => {
  it("is full only when all is done and begins when something is", () => {
    assert.equal(progressBar(0, 5), "▱▱▱▱▱▱▱▱▱▱ 0/5");
    assert.equal(progressBar(1, 100), "▰▱▱▱▱▱▱▱▱▱ 1/100");
    assert.equal(progressBar(99, 100), "▰▰▰▰▰▰▰▰▰▱ 99/100");
    assert.equal(progressBar(3, 3), "▰▰▰▰▰▰▰▰▰▰ 3/3");
    assert.equal(progressBar(0, 0), "▱▱▱▱▱▱▱▱▱▱ 0/0");
  });
});
