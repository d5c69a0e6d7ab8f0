// T8: what is approved is what runs. Whatever changes its meaning between asking and writing runs nothing; all else runs.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Message } from "../../demo/slack/records.ts";
import { JumpClock } from "../support/jump-clock.ts";
import {
  ask,
  breathMs,
  errorsOf,
  idOf,
  nextCard,
  onRequest,
  plant,
  released,
  shop,
  thread,
  until,
  writesFor,
} from "../support/story.ts";
import { ben, finn, startTown, type Town } from "../support/town.ts";

const image = (tag: string): string => `registry.acme.example/shop/web:${tag}`;
const withImage = (name: string, tag: string) => ({
  spec: { template: { spec: { containers: [{ name, image: image(tag) }] } } },
});

interface Case {
  readonly what: string;
  readonly command: (name: string) => string;
  readonly before?: (town: Town, name: string) => void;
  readonly mutate: (town: Town, name: string) => void;
  /** What the next card's thread tells the voters; or the words of the end. */
  readonly asksAgain?: RegExp;
  readonly ends?: RegExp;
}

const setImage = (name: string): string => `set image shop/${name} ${name}=${image("v2")} because of the release`;
const scaleTo5 = (name: string): string => `scale shop/${name} 5`;

const changesOfMeaning: readonly Case[] = [
  {
    what: "the field that it changes was changed by somebody else",
    command: setImage,
    mutate: ({ cluster }, name) => void cluster.objects.edit(shop(name), withImage(name, "v3")),
    asksAgain: /image: .*web:v3 → .*web:v2/,
  },
  {
    what: "the number that it scales from was changed",
    command: scaleTo5,
    mutate: ({ cluster }, name) => void cluster.objects.edit(shop(name), { spec: { replicas: 2 } }),
    asksAgain: /from 1 to 5.* became .*from 2 to 5/,
  },
  {
    what: "another release came in between: 2 to 1 never runs as 3 to 1",
    command: (name) => `rollback shop/${name} --to 1`,
    before: ({ cluster }, name) => void cluster.objects.edit(shop(name), withImage(name, "v2")),
    mutate: ({ cluster }, name) => void cluster.objects.edit(shop(name), withImage(name, "v3")),
    asksAgain: /from revision 2 to 1.* became .*from revision 3 to 1/,
  },
  {
    what: "the object was deleted and made again (another uid)",
    command: setImage,
    mutate: ({ cluster }, name) => {
      cluster.objects.delete(shop(name));
      plant(cluster, name);
    },
    asksAgain: /uid .* would be changed too/,
  },
  {
    what: "a new kind of risk came up (an autoscaler)",
    command: scaleTo5,
    mutate: ({ cluster }, name) =>
      void cluster.objects.put({
        apiVersion: "autoscaling/v2",
        kind: "HorizontalPodAutoscaler",
        metadata: { name, namespace: "shop" },
        spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name }, minReplicas: 1, maxReplicas: 3 },
      }),
    asksAgain: /new risk: /,
  },
  {
    what: "the object is gone",
    command: setImage,
    mutate: ({ cluster }, name) => cluster.objects.delete(shop(name)),
    ends: /failed: .*Nothing was changed/s,
  },
  {
    what: "somebody else has already done it",
    command: scaleTo5,
    mutate: ({ cluster }, name) => void cluster.objects.edit(shop(name), { spec: { replicas: 5 } }),
    ends: /Nothing was changed: .*already has 5 replicas/,
  },
  {
    what: "the rollout was paused before a restart",
    command: (name) => `restart shop/${name}`,
    mutate: ({ cluster }, name) => void cluster.objects.edit(shop(name), { spec: { paused: true } }),
    ends: /Nothing was changed: .*paused/,
  },
  {
    what: "the field was changed after the last look, before the object was read for writing",
    command: setImage,
    mutate: ({ cluster }, name) => {
      let dryRuns = 0;
      onRequest(cluster, ({ method, path, query }) => {
        if (!path.endsWith(`/deployments/${name}`)) return;
        if (query.has("dryRun")) dryRuns += 1;
        else if (method === "GET" && dryRuns === 2) {
          dryRuns += 1;
          cluster.objects.edit(shop(name), withImage(name, "v3"));
        }
      });
    },
    ends: /not what was approved. Nothing was written/,
  },
  {
    what: "the object was made again after the last look, before it was read for writing",
    command: scaleTo5,
    mutate: ({ cluster }, name) => {
      let dryRuns = 0;
      onRequest(cluster, ({ method, path, query }) => {
        if (!path.includes(`/deployments/${name}`)) return;
        if (query.has("dryRun")) dryRuns += 1;
        else if (method === "GET" && dryRuns === 2) {
          dryRuns += 1;
          cluster.objects.delete(shop(name));
          plant(cluster, name);
        }
      });
    },
    ends: /not what was approved. Nothing was written/,
  },
];

const changesOfNoMeaning: readonly Case[] = [
  {
    what: "only its status changed",
    command: setImage,
    mutate: ({ cluster }, name) => void cluster.objects.editStatus(shop(name), { observedGeneration: 0 }),
  },
  {
    what: "a label that nobody approved anything about changed",
    command: setImage,
    mutate: ({ cluster }, name) =>
      void cluster.objects.edit(shop(name), { metadata: { labels: { owner: "storefront" } } }),
  },
  {
    what: "its number of replicas changed under a change of the image",
    command: setImage,
    mutate: ({ cluster }, name) => void cluster.objects.edit(shop(name), { spec: { replicas: 2 } }),
  },
  {
    what: "a label changed at the moment of writing",
    command: setImage,
    mutate: ({ cluster }, name) => {
      let done = false;
      onRequest(cluster, ({ method, path, query }) => {
        if (done || method !== "PATCH" || query.has("dryRun") || !path.endsWith(`/deployments/${name}`)) return;
        done = true;
        cluster.objects.edit(shop(name), { metadata: { labels: { owner: "storefront" } } });
      });
    },
  },
];

interface Here {
  readonly town: Town;
  readonly clock: JumpClock;
}

/** One town for a table: each case has a Deployment of its own, there before the bot looks. */
async function townFor(t: TestContext, prefix: string, cases: readonly Case[]): Promise<Here> {
  const town = await startTown(t);
  const clock = new JumpClock();
  for (const [index, one] of cases.entries()) {
    plant(town.cluster, `${prefix}-${index}`);
    await released(town.cluster, `${prefix}-${index}`);
    one.before?.(town, `${prefix}-${index}`);
  }
  await town.startBot({ clock });
  return { town, clock };
}

/** One vote before the change, the deciding one after it. */
async function approvedAround(town: Town, name: string, one: Case): Promise<Message> {
  const card = await ask(town, one.command(name), name);
  await town.vote(ben, card, "approve");
  one.mutate(town, name);
  await town.vote(finn, card, "approve");
  return card;
}

const landed = (town: Town, card: Message): number =>
  writesFor(town.cluster, idOf(card)).filter((entry) => entry.code < 300).length;

test("T8, R5–R7: a change of meaning between asking and writing runs nothing", async (t) => {
  const { town, clock } = await townFor(t, "mean", changesOfMeaning);
  for (const [index, one] of changesOfMeaning.entries()) {
    await t.test(one.what, async () => {
      clock.jump(breathMs);
      const card = await approvedAround(town, `mean-${index}`, one);
      if (one.ends !== undefined) await until(town, card, one.ends);
      if (one.asksAgain !== undefined) {
        await until(town, card, "is replaced");
        clock.jump(breathMs);
        await votersAreToldAndAskedAgain({ town, clock }, card, one.asksAgain);
      }
      assert.equal(landed(town, card), 0);
    });
  }
  assert.deepEqual(errorsOf(town), []);
});

async function votersAreToldAndAskedAgain({ town, clock }: Here, card: Message, lines: RegExp): Promise<void> {
  const next = await nextCard(town, card);
  clock.jump(breathMs);
  for (const voter of [ben, finn]) {
    await town.slack.waitUntil(
      () => thread(town, next).find((said) => said.blocks.includes(voter) && lines.test(said.text)),
      `${voter} was told ${lines}`,
    );
  }
  const old = await until(town, card, "is replaced");
  assert.doesNotMatch(JSON.stringify(old.blocks), /open-approve/, "the old card takes no votes");
}

test("T8, R7: what changes no meaning keeps the votes and is executed once", async (t) => {
  const { town, clock } = await townFor(t, "same", changesOfNoMeaning);
  for (const [index, one] of changesOfNoMeaning.entries()) {
    await t.test(one.what, async () => {
      clock.jump(breathMs);
      const card = await approvedAround(town, `same-${index}`, one);
      await until(town, card, "is done and verified");
      assert.equal(landed(town, card), 1);
    });
  }
  await town.stopBot();
  const claims = (await town.records()).filter((record) => record.code === "execution.claimed");
  const drifted = claims.filter((record) => JSON.stringify(record.details.drift).includes("metadata.labels.owner"));
  assert.equal(drifted.length, 1, "drift without a change of meaning is recorded");
});
