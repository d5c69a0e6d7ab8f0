// What the compose box offers and what sending means, as in Slack.
import assert from "node:assert/strict";
import { test } from "node:test";
import { complete } from "../../../demo/slack/page/completion.js";
import { fromWire, intentOf } from "../../../demo/slack/page/compose-text.js";

const verb = (name: string) => ({ verb: name, usage: `${name} target`, summary: `does ${name}` });
const vocabulary = {
  commands: [{ command: "/ops", description: "Run your platform", usageHint: "verb target" }],
  completions: [verb("status"), verb("scale"), verb("set image"), verb("set")],
  users: [
    { id: "U1", name: "ana", realName: "Ana Ortiz", isBot: false },
    { id: "U2", name: "countersign", realName: "Countersign", isBot: true },
  ],
  channels: [
    { id: "C1", name: "payments", kind: "public" as const },
    { id: "D1", name: "", kind: "im" as const },
  ],
};
const offered = (text: string, thread = { thread: false }) =>
  complete(text, vocabulary, thread).offers.map(({ insert }) => insert);

test("a slash offers commands, and Enter takes one that is not complete", () => {
  assert.deepEqual(complete("/o", vocabulary, { thread: false }).offers, [
    { label: "/ops verb target", detail: "Run your platform", insert: "/ops ", eager: true },
  ]);
  assert.equal(complete("/ops", vocabulary, { thread: false }).offers[0]?.eager, false);
});

test("after the command come the verbs, then the usage of the verb", () => {
  assert.deepEqual(offered("/ops s"), ["status ", "scale ", "set image ", "set "]);
  assert.deepEqual(offered("/ops set i"), ["set image "]);
  assert.deepEqual(complete("/ops set image pay", vocabulary, { thread: false }), {
    from: 5,
    offers: [],
    hint: { usage: "set image target", summary: "does set image" },
  });
});

test("threads offer no slash commands but take ! and mentions of the app", () => {
  assert.deepEqual(offered("/o", { thread: true }), []);
  assert.deepEqual(offered("!sta", { thread: true }), ["status "]);
  assert.deepEqual(offered("@countersign sc", { thread: true }), ["scale "]);
});

test("people are found by first and last name, channels by name, ims never", () => {
  assert.deepEqual(offered("hi @ort"), ["@ana "]);
  assert.deepEqual(offered("in #"), ["#payments "]);
  assert.deepEqual(offered("mail ana@ex"), []);
});

const commands = ["/ops"];
const here = { thread: false, files: 0 };

test("a slash command in a thread is refused with Slack's sentence", () => {
  assert.deepEqual(intentOf("/ops status", { thread: true, files: 0 }, commands), {
    kind: "refused",
    message: "/ops is not supported in threads. Sorry!",
  });
});

test("an unknown command is refused with its name and what there is", () => {
  assert.deepEqual(intentOf("/opps status", here, commands), {
    kind: "refused",
    message: "/opps is not a valid command. Here you can type /ops.",
  });
});

test("a command cannot carry files, a message can be only a file, and a path is a message", () => {
  assert.equal(intentOf("/ops apply", { thread: false, files: 1 }, commands).kind, "refused");
  assert.equal(intentOf("", { thread: false, files: 1 }, commands).kind, "say");
  assert.equal(intentOf("  ", here, commands).kind, "nothing");
  assert.equal(intentOf("/etc/hosts is wrong", here, commands).kind, "say");
  assert.equal(intentOf("/ops", here, commands).kind, "command");
});

test("a message is edited as it was typed", () => {
  const wire = "&lt;b&gt; &amp;amp; <@U1> <#C1|payments> <https://a.test|https://a.test> <@U9|gus>";
  assert.equal(fromWire(wire, vocabulary), "<b> &amp; @ana #payments https://a.test @gus");
});
