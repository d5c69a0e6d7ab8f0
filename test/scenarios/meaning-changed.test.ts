// T8: what is approved is what runs. Whatever changes its meaning between asking and writing runs nothing; all else runs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { JumpClock } from "../support/jump-clock.ts";
import { ask, idOf, nextCard, onRequest, plant, shop, thread, until, writesFor } from "../support/story.ts";
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

async function town(t: Parameters<typeof startTown>[0], config?: (text: string) => string): Promise<[Town, JumpClock]> {
  const clock = new JumpClock();
  const here = await startTown(t, config === undefined ? {} : { config });
  await here.startBot({ clock });
  return [here, clock];
}

test("T8, R5–R7: a change of meaning between asking and writing runs nothing", async (t) => {
  const [here] = await town(t);
  for (const [index, one] of changesOfMeaning.entries()) {
    await t.test(one.what, async () => {
      const name = `mean-${index}`;
      plant(here.cluster, name);
      one.before?.(here, name);
      const card = await ask(here, one.command(name), name);
      await here.vote(ben, card, "approve");
      await until(here, card, "Ben Adeyemi");
      one.mutate(here, name);
      await here.vote(finn, card, "approve");
      if (one.asksAgain !== undefined) {
        const next = await nextCard(here, card);
        await here.slack.waitUntil(
          () => (one.asksAgain?.test(thread(here, next)) === true ? true : undefined),
          `${one.asksAgain} told`,
        );
        const told = thread(here, next);
        for (const voter of [ben, finn])
          assert.ok(
            told.includes(voter) || JSON.stringify(here.slack.messages(card.channel)).includes(`"user_id":"${voter}"`),
            `${voter} was told`,
          );
        await until(here, card, "is replaced");
        assert.doesNotMatch(
          JSON.stringify(here.slack.messages(card.channel).find((one) => one.ts === card.ts)?.blocks),
          /open-approve/,
        );
      }
      if (one.ends !== undefined) await until(here, card, one.ends);
      assert.equal(writesFor(here.cluster, idOf(card)).filter((entry) => entry.code < 300).length, 0);
    });
  }
  assert.deepEqual(here.faults, []);
});

test("T8, R7: what changes no meaning keeps the votes and is executed", async (t) => {
  const [here] = await town(t);
  for (const [index, one] of changesOfNoMeaning.entries()) {
    await t.test(one.what, async () => {
      const name = `same-${index}`;
      plant(here.cluster, name);
      const card = await ask(here, one.command(name), name);
      await here.vote(ben, card, "approve");
      await until(here, card, "Ben Adeyemi");
      one.mutate(here, name);
      await here.vote(finn, card, "approve");
      await until(here, card, "is done and verified");
      assert.equal(writesFor(here.cluster, idOf(card)).filter((entry) => entry.code < 300).length, 1);
    });
  }
  await here.stopBot();
  const drift = (await here.records())
    .filter((record) => record.code === "execution.claimed")
    .map((record) => JSON.stringify(record.details.drift));
  assert.equal(drift.filter((lines) => lines.includes("metadata.labels.owner")).length, 1, "drift is recorded");
});
