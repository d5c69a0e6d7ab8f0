// R26, F6: an answer that never came is looked up; nothing is repeated blindly and nothing lands late.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { RequestEntry } from "../../demo/cluster/request-log.ts";
import type { Message } from "../../demo/slack/records.ts";
import { JumpClock } from "../support/jump-clock.ts";
import {
  ask,
  breathMs,
  faultOnce,
  hurried,
  idOf,
  isWriteTo,
  plant,
  released,
  until,
  writesFor,
} from "../support/story.ts";
import { ana, ben, finn, startTown, type Town, writesOf } from "../support/town.ts";

interface Here {
  readonly town: Town;
  readonly clock: JumpClock;
}

const names = ["kept", "moment", "lost", "late", "away"];

async function arrive(t: TestContext): Promise<Here> {
  const town = await startTown(t);
  for (const name of names) plant(town.cluster, name);
  await released(town.cluster, names.at(-1) ?? "");
  const clock = new JumpClock();
  await town.startBot({ clock });
  return { town, clock };
}

async function approved({ town, clock }: Here, command: string, name: string): Promise<Message> {
  clock.jump(breathMs);
  const card = await ask(town, command, name);
  await town.vote(ben, card, "approve");
  await town.vote(finn, card, "approve");
  return card;
}

const fences = (town: Town, card: Message): readonly RequestEntry[] =>
  writesOf(town.cluster).filter((entry) => entry.userAgent.includes(`fence-${idOf(card)}`));

/** A request that was held up on the way and arrives now. */
async function arrivesLate(town: Town, entry: RequestEntry | undefined, contentType: string): Promise<number> {
  const { method = "", path = "", query, body = "" } = entry ?? {};
  const headers = { authorization: "Bearer token-of-countersign", "content-type": contentType };
  const answer = await fetch(`${town.cluster.url}${path}?${query}`, { method, body, headers });
  return answer.status;
}

test("R26: an interrupted write is looked up, fenced, and sent again only when it cannot land any more", async (t) => {
  const here = await arrive(t);
  const { town, clock } = here;
  await t.test("it took effect and its answer was lost: found done, written once", async () => {
    faultOnce(town.cluster, isWriteTo("kept"), { dropReplyAfterEffect: true });
    const card = await approved(here, "restart shop/kept", "kept");
    await until(town, card, "is done and verified");
    assert.equal(writesFor(town.cluster, idOf(card)).length, 1);
    assert.equal(fences(town, card).length, 0);
  });
  await t.test("nothing can be looked up for a moment: looked up when it can, found done, written once", async () => {
    faultOnce(town.cluster, isWriteTo("moment"), { dropReplyAfterEffect: true }, () =>
      town.cluster.failNext({ path: /\/deployments\/moment$/ }, { status: 503, times: 2 }),
    );
    const card = await approved(here, "restart shop/moment", "moment");
    await hurried(clock, until(town, card, "is done and verified"));
    assert.equal(writesFor(town.cluster, idOf(card)).length, 1);
  });
  for (const [name, command] of [
    ["lost", "restart shop/lost"],
    ["late", "scale shop/late 3"],
  ] as const) {
    await t.test(
      `${command}: it never arrived, so it is fenced and sent once more; arriving late, it is refused`,
      async () => {
        faultOnce(town.cluster, isWriteTo(name), { reset: true });
        const card = await approved(here, command, name);
        await until(town, card, "is done and verified");
        const sent = writesFor(town.cluster, idOf(card));
        assert.deepEqual(
          sent.map((entry) => entry.code),
          [0, 200],
        );
        assert.equal(fences(town, card).length, 1);
        assert.equal(await arrivesLate(town, sent[0], "application/merge-patch+json"), 409);
      },
    );
  }
  await t.test("nothing can be looked up: unknown, and the asker is told that a person must look", async () => {
    faultOnce(town.cluster, isWriteTo("away"), { reset: true }, () =>
      town.cluster.failNext({ path: /\/deployments\/away/ }, { status: 503, times: 20 }),
    );
    const card = await approved(here, "restart shop/away", "away");
    const end = await until(town, card, "a person must look");
    assert.match(JSON.stringify(end.blocks), /is not known/);
    clock.jump(breathMs);
    const told = await town.slack.waitForMessage(
      (message) =>
        message.channel === town.slack.channel("#payments")?.id &&
        message.text.includes(`${idOf(card)} was interrupted`),
    );
    assert.ok(JSON.stringify(told.blocks).includes(ana), "the asker is named");
    assert.equal(writesFor(town.cluster, idOf(card)).length, 1);
    town.cluster.clearFaults();
  });
  await t.test("a creation cannot be fenced: waited out, then a person must look", async () => {
    const manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: made\n  namespace: shop\ndata:\n  a: b\n";
    clock.jump(breathMs);
    await town.slack.as(ana).command("#payments", "/ops", "apply");
    const form = await town.slack.waitForModal(ana);
    const field = /"action_id":"([^"]*manifest[^"]*)"/.exec(JSON.stringify(form.view))?.[1] ?? "manifest";
    await town.slack.as(ana).submit({ [field]: manifest });
    const card = await town.card((one) => one.text.includes("made") && one.text.includes("waits"));
    faultOnce(town.cluster, isWriteTo("made"), { reset: true });
    await town.vote(ben, card, "approve");
    await town.vote(finn, card, "approve");
    await until(town, card, "gave no answer to the write");
    await hurried(clock, until(town, card, "could still land late"));
    assert.equal(writesFor(town.cluster, idOf(card)).length, 1);
  });
});
