// The bot's Unix socket: who may ask, what it answers, and what is left by a dead process.
import assert from "node:assert/strict";
import { existsSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { linesIn } from "../../src/audit/files.ts";
import { type ControlSource, controlPath, listenForControl } from "../../src/server/control.ts";
import { findBot } from "../../src/server/control-client.ts";
import { silent, temporaryDirectory } from "../store/samples.ts";

const status = {
  version: "1.2.3",
  startedAt: 1_800_000_000_000,
  records: 3,
  backlog: { count: 1, oldestCreatedAt: 1_800_000_000_001 },
  sealed: null,
};

async function* manyLines(count: number): AsyncGenerator<string> {
  for (let seq = 0; seq < count; seq += 1) yield JSON.stringify({ seq, text: "é\u2028 x".repeat(20) });
}

async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

function source(over: Partial<ControlSource> = {}): ControlSource {
  return {
    status: async () => status,
    auditLines: () => manyLines(3),
    prunable: async () => ({ kind: "pruned", records: 3, requests: 1, others: 0 }),
    proving: async () => ({ note: "log\n3\nroot\n\n— sig\n", size: 3, key: "name+00000000+key" }),
    ...over,
  };
}

test("a running bot tells its version, backlog and whether it is sealed", async (t) => {
  const directory = temporaryDirectory(t);
  const control = await listenForControl({ path: controlPath(directory), source: source(), log: silent });
  t.after(() => control.close());
  const bot = await findBot(directory);
  assert.deepEqual(bot?.status, status);
  assert.deepEqual(await bot?.proving(), { note: "log\n3\nroot\n\n— sig\n", size: 3, key: "name+00000000+key" });
});

test("the log comes as it is stored, line by line, however long it is", async (t) => {
  const directory = temporaryDirectory(t);
  const control = await listenForControl({
    path: controlPath(directory),
    source: source({ auditLines: () => manyLines(5_000) }),
    log: silent,
  });
  t.after(() => control.close());
  const bot = await findBot(directory);
  assert.ok(bot !== null);
  const expected = await all(manyLines(5_000));
  assert.deepEqual(await all(linesIn(bot.auditLog())), expected);
});

test("a log that breaks off is an error, never a short log", async (t) => {
  const directory = temporaryDirectory(t);
  const broken = async function* (): AsyncGenerator<string> {
    yield* manyLines(2_000);
    throw new Error("the disk is gone");
  };
  const control = await listenForControl({
    path: controlPath(directory),
    source: source({ auditLines: broken }),
    log: silent,
  });
  t.after(() => control.close());
  const bot = await findBot(directory);
  assert.ok(bot !== null);
  await assert.rejects(all(linesIn(bot.auditLog())), /ended in the middle of its log/);
});

test("only the bot's own user may ask: the socket has mode 0600 and goes when the bot does", async (t) => {
  const directory = temporaryDirectory(t);
  const path = controlPath(directory);
  const control = await listenForControl({ path, source: source(), log: silent });
  assert.equal(statSync(path).mode & 0o777, 0o600);
  await control.close();
  await control.close();
  assert.equal(existsSync(path), false);
  assert.equal(await findBot(directory), null);
});

test("what a dead process left is replaced, and a living one is not", async (t) => {
  const directory = temporaryDirectory(t);
  const path = controlPath(directory);
  writeFileSync(path, "no socket at all");
  const first = await listenForControl({ path, source: source(), log: silent });
  t.after(() => first.close());
  await assert.rejects(listenForControl({ path, source: source(), log: silent }), /another process answers/);
  assert.equal((await findBot(directory))?.status.version, "1.2.3");
});

test("a fault of the bot is answered without its text", async (t) => {
  const directory = temporaryDirectory(t);
  const told: string[] = [];
  const control = await listenForControl({
    path: controlPath(directory),
    source: source({
      proving: async () => {
        throw new Error("xoxb-secret");
      },
    }),
    log: { ...silent, warn: (text) => void told.push(text) },
  });
  t.after(() => control.close());
  const bot = await findBot(directory);
  await assert.rejects(bot?.proving() ?? Promise.resolve(), /answered \/audit\/proving with 500/);
  assert.deepEqual(told, ["control answer failed"]);
});

test("a path that no socket can have is refused with the reason", async (t) => {
  const path = join(temporaryDirectory(t), "x".repeat(110));
  await assert.rejects(listenForControl({ path, source: source(), log: silent }), /over 103 bytes/);
  assert.equal(await findBot(path), null);
});

test("a socket that is no bot's is no bot", async (t) => {
  const directory = temporaryDirectory(t);
  const server = createServer((socket) => socket.end("SSH-2.0-x\r\n"));
  await new Promise<void>((resolve) => server.listen(controlPath(directory), () => resolve()));
  t.after(() => server.close());
  await assert.rejects(findBot(directory), /Parse Error/);
});
