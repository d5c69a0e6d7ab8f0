// Replicas as processes behind a balancer: rolled one after the other, and killed, while people go on typing and voting.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { freshDatabase, sql } from "../postgres/fresh.ts";
import { type BotProcess, startProcess } from "../postgres/processes.ts";
import { type Balancer, startBalancer } from "../support/balancer.ts";
import { approve, ask, cardSays, oneApproval, wordsOf } from "../support/talk.ts";
import { ana, ben, chloe, dev, startTown, type Town, writesOf } from "../support/town.ts";

const workloads = ["cart", "search", "recommendations"] as const;

interface Scene {
  readonly town: Town;
  readonly url: string;
  readonly balancer: Balancer;
  /** Ready when it resolves. */
  start(name: string): Promise<BotProcess>;
  /** The exit status, or the signal. */
  end(bot: BotProcess, signal: NodeJS.Signals): Promise<number | string>;
}

async function arrive(t: TestContext, podReadyMs: number): Promise<Scene> {
  const url = await freshDatabase(t);
  const balancer = await startBalancer();
  t.after(() => balancer.close());
  const many = "limits:\n  commandsPerMinute: 1000\n  votesPerMinute: 1000\n";
  const town = await startTown(t, {
    podReadyMs,
    slack: { http: { requestUrl: `http://127.0.0.1:${balancer.port}/slack/events` } },
    config: (text) => `${oneApproval(text).replace("http:\n", "http:\n  drainFor: 1s\n")}${many}`,
  });
  const standing = new Set<BotProcess>();
  return {
    ...{ town, url, balancer },
    async start(name) {
      const bot = await startProcess(town, url, name);
      t.after(async () => {
        bot.kill("SIGKILL");
        await bot.ended();
      });
      balancer.add(bot);
      standing.add(bot);
      await balancer.ready(standing.size);
      return bot;
    },
    async end(bot, signal) {
      bot.kill(signal);
      const status = await bot.ended();
      balancer.remove(bot);
      standing.delete(bot);
      return status;
    },
  };
}

/** Each of these people types one command after the other, each with a word of its own that its answer repeats. */
function typing(town: Town, people: readonly string[]) {
  let isOver = false;
  const typed: { readonly user: string; readonly word: string }[] = [];
  const troubles: string[] = [];
  const run = async (user: string): Promise<void> => {
    for (let number = 0; !isOver; number += 1) {
      const word = `nosuch-${user.toLowerCase()}-${number}`;
      const outcome = await town.slack.as(user).command("#payments", "/ops", `status ${word}`);
      if (outcome.ok) typed.push({ user, word });
      else troubles.push(`${word}: ${outcome.problem}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const running = Promise.all(people.map(run));
  return {
    troubles,
    async stop() {
      isOver = true;
      await running;
      return typed;
    },
  };
}

/** One change after the other, asked for by Ana, countersigned by Ben, done in the end. */
function changing(town: Town) {
  let isOver = false;
  let done = 0;
  const run = async (): Promise<void> => {
    for (let number = 0; !isOver; number += 1) {
      const card = await ask(town, ana, `restart ${workloads[number % workloads.length]} because of roll ${number}`);
      await approve(town, ben, card);
      await cardSays(town, card, /is done and verified/);
      done += 1;
    }
  };
  const running = run();
  return {
    async stop() {
      isOver = true;
      await running;
      return done;
    },
  };
}

async function answeredOnce(town: Town, typed: readonly { readonly user: string; readonly word: string }[]) {
  for (const { user, word } of typed) {
    const named = new RegExp(`${word}(?![0-9])`);
    const answers = () => town.slack.ephemerals(user).filter((one) => named.test(wordsOf(one)));
    await town.slack.waitUntil(() => (answers().length > 0 ? true : undefined), `an answer to ${word}`, 60_000);
    assert.equal(answers().length, 1, word);
  }
}

/** Nothing is left under way, and nothing was done twice. */
async function wholeAndOnce({ town, url }: Scene, changes: number): Promise<void> {
  const states = await sql(url, "SELECT state, count(*)::int AS count FROM requests GROUP BY state");
  assert.deepEqual(states, [{ state: "done", count: changes }]);
  // A fence bumps an object's version and changes nothing of it.
  const done = writesOf(town.cluster).filter((entry) => entry.done && !entry.body.includes('"fence-r-'));
  assert.equal(done.length, changes);
}

/** Written down once each: nothing had to be looked up and sent again. */
async function intendedOnce({ url }: Scene, changes: number): Promise<void> {
  const intended = await sql(url, "SELECT count(*)::int AS count FROM audit WHERE code = 'write.intended'");
  assert.deepEqual(intended, [{ count: changes }]);
}

test("replicas are rolled one after the other under load: every command has its answer, every request ends, nothing is done twice", async (t) => {
  const scene = await arrive(t, 800);
  const { town } = scene;
  const replicas = [await scene.start("data"), await scene.start("data2")];
  const commands = typing(town, [chloe, dev]);
  const changes = changing(town);
  for (const [index, old] of replicas.entries()) {
    assert.equal(await scene.end(old, "SIGTERM"), 0);
    assert.deepEqual(old.faults, []);
    await scene.start(`new${index}`);
  }
  const done = await changes.stop();
  const typed = await commands.stop();
  assert.deepEqual(commands.troubles, []);
  assert.ok(typed.length > 50, `${typed.length} commands`);
  await answeredOnce(town, typed);
  await wholeAndOnce(scene, done);
  await intendedOnce(scene, done);
});

test("what a killed replica had in hand is another's when its lease is over, and done once", async (t) => {
  const scene = await arrive(t, 5_000);
  const { town, url } = scene;
  const replicas = [await scene.start("data"), await scene.start("data2")];
  const card = await ask(town, ana, "restart cart because of a leak");
  await approve(town, ben, card);
  const held =
    "SELECT body::json->'execution'->>'runner' AS runner FROM requests WHERE state IN ('executing', 'verifying')";
  let runner = "";
  while (runner === "") runner = String((await sql(url, held))[0]?.runner ?? "");
  const dead = replicas.find(({ pid }) => runner.startsWith(`${pid}-`));
  assert.ok(dead !== undefined, runner);
  assert.equal(await scene.end(dead, "SIGKILL"), "SIGKILL");
  const says = () => town.slack.messages(card.channel).find(({ ts }) => ts === card.ts)?.text ?? "";
  await town.slack.waitUntil(() => (/is done and verified/.test(says()) ? true : undefined), "the end", 90_000);
  await wholeAndOnce(scene, 1);
  const recovered = await sql(url, "SELECT count(*)::int AS count FROM audit WHERE code = 'execution.recovered'");
  assert.deepEqual(recovered, [{ count: 1 }]);
});
