// Who wrote a file is asked of Slack, and a file whose author stays unknown is not read (R10).
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../../../src/core/json.ts";
import { isRefusal } from "../../../src/core/refusal.ts";
import { type FileAccess, readFile } from "../../../src/integrations/slack/files.ts";
import { decodeFile } from "../../../src/integrations/slack/receive/decode-message.ts";
import { ana, ben, startTown } from "../../support/town.ts";

const file = { id: "F1", name: "cm.yaml", url: "https://elsewhere.example/F1", size: 3, authorUserId: "" };

function access(info: () => Json): FileAccess {
  const api = { call: async () => info() } as unknown as FileAccess["api"];
  return { api, botToken: "x", hosts: new Set(["elsewhere.example"]), allowHttp: false, maxBytes: 10 };
}

test("a file without an author, or that Slack tells nothing of, is refused before it is fetched", async () => {
  const silent = await readFile(
    file,
    access(() => ({ ok: true, file: { id: "F1" } })),
  );
  assert.ok(isRefusal(silent));
  assert.match(silent.message, /cm\.yaml cannot be read: Slack does not say who wrote it/);
  const failing = await readFile(
    file,
    access(() => {
      throw new Error("file_not_found");
    }),
  );
  assert.ok(isRefusal(failing));
  assert.match(failing.message, /Slack does not say who wrote it/);
});

test("the uploader is taken from the message's file", () => {
  assert.deepEqual(
    decodeFile({ id: "F1", user: "U1", name: "a", size: 1, url_private: "https://x/y" })[0]?.authorUserId,
    "U1",
  );
});

test("neither who shares a file nor who uploaded it may countersign it", async (t) => {
  const town = await startTown(t);
  const { slack } = town;
  await town.startBot();
  const manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bens, namespace: shop}\ndata: {a: b}\n";
  const uploaded = slack.as(ben).upload("cm.yaml", manifest);
  await slack.as(ben).say("#payments", "look at this", { fileIds: [uploaded.id] });
  await slack.as(ana).say("#payments", "@countersign apply --cluster production because of x", {
    fileIds: [uploaded.id],
  });
  const card = await town.card((message) => message.text.includes("bens") && message.text.includes("waits"));
  const refusedTo = async (user: string) => {
    await town.press(user, card, "open-approve");
    await slack.waitUntil(() => {
      const shown = JSON.stringify([slack.openModalOf(user)?.view ?? null, slack.ephemerals(user)]);
      return shown.includes("nobody countersigns their own change") ? true : undefined;
    }, `the refusal of ${user}`);
  };
  await refusedTo(ana);
  await refusedTo(ben);
});
