// B13 in a whole bot: old words go by themselves, people are told what was there, and the record verifies as before.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { isOnDisk } from "../audit/pruning-place.ts";
import { runCli } from "../cli/capture.ts";
import { JumpClock } from "../support/jump-clock.ts";
import { errorsApartFromLeaps, plant, released } from "../support/story.ts";
import { approve, ask, cardSays, idOf, oneApproval, requestIn, tell } from "../support/talk.ts";
import { ana, ben, eve, startTown } from "../support/town.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const reason = "it leaks since the moon rose";

test("a request and its records lose their words when their time is over, and what was proved stays proved", async (t) => {
  const clock = new JumpClock();
  const archive = mkdtempSync(join(tmpdir(), "countersign-archive-"));
  const retention = `retention: { requests: 30d, records: 60d, archive: ${JSON.stringify(archive)} }`;
  const town = await startTown(t, { config: (text) => `${oneApproval(text)}\n${retention}\n` });
  plant(town.cluster, "one");
  await released(town.cluster, "one");
  const [data, proofs] = [join(town.directory, "data"), join(town.directory, "proofs")];
  const cli = (...words: readonly string[]) => runCli(["audit", ...words, "--config", town.configFile]);
  await town.startBot({ clock });
  const card = await ask(town, ana, `restart shop/one because ${reason}`);
  await approve(town, ben, card);
  await cardSays(town, card, /is done and verified/);
  const id = idOf(card);
  assert.equal((await cli("prove", id, "--out", proofs)).code, 0);
  const halted = requestIn(await tell(town, eve, "halt because we look at something"));
  await town.slack.waitForMessage((message) => message.text.startsWith(`${halted} is done and verified`), 60_000);
  await town.stopBot();

  clock.jump(61 * dayMs);
  await town.startBot({ clock });
  assert.match(
    (await cli("prune", "--dry-run")).out,
    /^Nothing is pruned while execution is halted: we look at something/,
  );
  const unhalt = await ask(town, ana, "unhalt because it is found");
  await approve(town, ben, unhalt);
  await cardSays(town, unhalt, /is done and verified/);
  assert.match(
    (await cli("prune", "--dry-run")).out,
    /would take the documents of [1-9]\d* requests, the words of [1-9]\d* records and [1-9]/,
  );
  assert.ok(isOnDisk(data, reason));
  clock.jump(2 * hourMs);
  await town.slack.waitUntil(() => (isOnDisk(data, reason) ? undefined : true), "the words to go", 60_000);

  const told = await tell(town, ana, `request ${id}`);
  assert.match(told, new RegExp(`${id} was a request to restart.*over since.*\\(done\\).*was pruned on`));
  assert.match(told, /The archive has it in \d+-[0-9a-f]{12}\.requests\.jsonl/);
  assert.match(await tell(town, ana, `why ${id}`), /was a request to restart/);
  assert.match(await tell(town, ana, `audit ${id}`), /was a request to restart/);
  await town.stopBot();
  const verified = await cli("verify");
  assert.equal(verified.code, 0, verified.out);
  assert.match(verified.out, /^\d+ records are whole and [1-9]\d* were pruned under (2 recorded prunings|record)/);
  const restored = await cli("verify", "--archive", archive);
  assert.equal(restored.code, 0, restored.out);
  assert.match(restored.out, /^\d+ records are whole, and \d+ checkpoints vouch/);
  assert.ok(isOnDisk(archive, reason));
  const records = readdirSync(proofs).filter((name) => name.endsWith(".json"));
  assert.ok(records.length > 4);
  for (const name of records) {
    const proof = join(proofs, name.replace(/\.json$/, ".tlog-proof"));
    const checked = await cli("check-proof", proof, join(proofs, name));
    assert.equal(checked.code, 0, checked.out);
  }
  const none = await cli("prove", id, "--out", join(town.directory, "again"));
  assert.match(none.out, /holds no record of r-\w+; \d+ records were pruned: name the archive/);
  assert.equal((await cli("prove", id, "--out", join(town.directory, "again"), "--archive", archive)).code, 0);
  const replayed = await runCli(["policy", "replay", town.configFile]);
  assert.match(
    replayed.out,
    /^[1-9]\d* records may be of that time and were pruned, so what they asked could not be replayed\.$/m,
  );
  assert.deepEqual(errorsApartFromLeaps(town), []);
});
