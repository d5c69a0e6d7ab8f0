// The record of a whole story: every event as its schema says, chained, and verified by files and key alone.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { auditCommand } from "../../src/audit/cli.ts";
import { recordSchema } from "../../src/audit/events/schema.ts";
import { ana, ben, chloe, finn, startTown } from "../support/town.ts";

test("B7: every event that a story emits is as its schema says", async (t) => {
  const town = await startTown(t);
  const { slack } = town;
  const bot = await town.startBot();
  await slack.as(ana).command("#payments", "/ops", "rollback checkout because it crashes since 42");
  const card = await town.card(
    (message) => message.text.includes("Roll back checkout") && message.text.includes("waits"),
  );
  await town.vote(ana, card, "approve").catch(() => undefined);
  await town.vote(ben, card, "approve");
  await slack.waitForMessage(
    (message) => message.ts === card.ts && JSON.stringify(message.blocks).includes("approved"),
  );
  await town.vote(finn, card, "approve");
  await slack.waitForMessage(
    (message) => message.ts === card.ts && message.text.includes("is done and verified"),
    15_000,
  );
  await slack.as(ana).command("#payments", "/ops", "scale checkout 3 --dry-run");
  await slack.waitForMessage((message) => message.text.includes("Dry run"));
  await slack.as(ana).command("#payments", "/ops", "scale checkout 3");
  const second = await town.card(
    (message) => message.text.includes("Scale checkout") && message.text.includes("waits"),
  );
  await town.vote(chloe, second, "deny", "not during the sale");
  await slack.waitForMessage((message) => message.ts === second.ts && message.text.includes("denied"));
  await slack.as(ana).command("#payments", "/ops", "halt because of a test");
  await slack.waitForMessage(
    (message) => message.text.includes("is done and verified") && message.text.includes("Halt"),
    10_000,
  );
  await bot.stop();
  const exported = join(town.directory, "export.jsonl");
  const ajv = new Ajv2020({ strict: false });
  const records = await town.records();
  const wrong: string[] = [];
  for (const record of records) {
    const validate: ValidateFunction = ajv.compile(recordSchema(record.code));
    const valid: boolean = validate(record);
    if (!valid)
      wrong.push(`#${record.seq} ${record.code}: ${ajv.errorsText(validate.errors)} ${JSON.stringify(record.details)}`);
    ajv.removeSchema();
  }
  assert.deepEqual(wrong, []);
  const codes = new Set<string>(records.map((record) => record.code));
  for (const code of [
    "request.created",
    "vote.refused",
    "vote.cast",
    "request.approved",
    "write.intended",
    "write.done",
    "execution.verified",
    "execution.ended",
    "request.dry-run",
    "request.denied",
    "setting.changed",
  ]) {
    assert.ok(codes.has(code), `${code} was recorded`);
  }
  await town.exportLog(exported);
  const verified = await auditCommand(
    [
      "verify",
      "--log",
      exported,
      "--checkpoints",
      join(town.directory, "checkpoints"),
      "--key",
      join(town.directory, "data", "keys", "audit.vkey"),
    ],
    { lines: null, checkpoints: null, key: null },
  );
  assert.equal(verified.exitCode, 0, verified.output);
});
