// F3, T1 to T3: thousands of forged, mutated, replayed, future, stale and retried requests at the whole bot: no effect, and honest ones go through.
import assert from "node:assert/strict";
import { test } from "node:test";
import { rereading } from "../../demo/bot.ts";
import type { AuditRecord } from "../../src/core/audit.ts";
import { startBot } from "../../src/main.ts";
import { silent } from "../store/samples.ts";
import { forgeries, type Try } from "../support/forgeries.ts";
import { signedHeaders } from "../support/slack-bench.ts";
import { plant, released } from "../support/story.ts";
import { ana, ben, chloe, dev, eve, finn, startTown } from "../support/town.ts";
import { embeddedRecord as embedded } from "./history/backends.ts";
import { type Chance, chanceOf, givenSeed } from "./history/chance.ts";
import { mustHold } from "./history/keep.ts";
import { Recorder } from "./history/recorder.ts";
import { atLeast, count, report } from "./history/report.ts";
import { sized } from "./history/size.ts";
import { lived } from "./history/story.ts";
import { startTape } from "./history/tape.ts";

const seed = givenSeed();
const attempts = sized(2_400, 400);
const honest = sized(1_200, 60);
const everybody = [ana, ben, chloe, dev, eve, finn];

const roomy = (text: string): string => `${text}limits:\n  votesPerMinute: 1000\n  commandsPerMinute: 1000\n`;

const minute = 60_000;

/** What must have no effect, or no second one: out of a genuine request, or out of nothing. */
function attack(chance: Chance, tape: readonly Try[], secret: string): Try {
  const genuine = chance.pick(tape);
  const signedAt = (ms: number): Try => ({
    headers: { ...genuine.headers, ...signedHeaders(secret, genuine.body, ms), ...typeOf(genuine) },
    body: genuine.body,
  });
  switch (chance.int(5)) {
    case 0:
      return chance.pick(forgeries)(invented(chance, secret));
    case 1:
      return chance.pick(forgeries)(genuine);
    case 2:
      return genuine;
    case 3:
      return signedAt(Date.now() + chance.pick([-1, 1]) * (5 * minute + 2_000 + chance.int(60 * minute)));
    default: {
      const again = signedAt(Date.now());
      const retry = { "x-slack-retry-num": String(1 + chance.int(3)), "x-slack-retry-reason": "http_timeout" };
      return { ...again, headers: { ...again.headers, ...retry } };
    }
  }
}

const typeOf = ({ headers }: Try): Record<string, string> => ({ "content-type": headers["content-type"] ?? "" });

/** An honest-looking command that nobody gave; it is never sent as it is. */
function invented(chance: Chance, secret: string): Try {
  const body = new URLSearchParams({
    ...{ command: "/ops", text: chance.pick(["halt because forged", "restart shop/forged", "cancel r-0000000"]) },
    ...{ user_id: chance.pick(everybody), team_id: "T0LOCAL01", channel_id: "C0PAYMENT" },
    ...{ trigger_id: `forged-${chance.int(1e9)}`, response_url: "http://127.0.0.1:9/never" },
  }).toString();
  return { headers: signedHeaders(secret, body, Date.now()), body };
}

const changing =
  /^(request\.(created|cancelled|denied|approved)|vote\.(cast|withdrawn)|setting\.changed|write\.intended|breakglass\.used)$/;

const effectsIn = (log: readonly string[]): readonly string[] =>
  log
    .map((line) => JSON.parse(line) as AuditRecord)
    .filter(({ code, outcome }) => changing.test(code) && outcome === "ok")
    .map(({ code }) => code);

test("F3: no forged, replayed, retried or misdated request has an effect, and honest ones are handled among them", async (t) => {
  const chance = chanceOf(seed);
  const town = await startTown(t, { config: roomy });
  plant(town.cluster, "honest");
  await released(town.cluster, "honest");
  const { slack } = town;
  const { botToken, apiUrl, signingSecret } = slack;
  const secrets = { botToken, appToken: null, signingSecret, apiUrl };
  const bot = await startBot({ ...rereading(town.configFile), log: silent, secrets });
  t.after(() => bot.stop());
  const target = `http://127.0.0.1:${bot.port}/slack/events`;
  const tape = await startTape(t, target);
  slack.setApp({ requestUrl: tape.url });
  const recorder = new Recorder({ town, part: "F3", seed, backend: embedded });
  recorder.members({ "payments-leads": [ben, chloe], platform: [finn, ana] });
  recorder.bot("serving");
  await lived(recorder, "honest", `through HTTP, seed ${seed}`);
  const genuine = [...tape.requests];
  let handled = 0;
  const ask = async (index: number): Promise<void> => {
    const outcome = await recorder.command(chance.pick(everybody), ["whoami", "freezes"][index % 2] ?? "", "#general");
    if (outcome === "ok") handled += 1;
  };
  const statuses = new Map<number, number>();
  const send = async ({ headers, body }: Try): Promise<void> => {
    const { status } = await fetch(target, { method: "POST", headers, body });
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  };
  const share = honest / attempts;
  for (let sent = 0, asked = 0; sent < attempts; ) {
    const some = Array.from({ length: Math.min(40, attempts - sent) }, () => attack(chance, genuine, signingSecret));
    sent += some.length;
    const honestOnes = Array.from({ length: Math.round(sent * share) - asked }, (_, index) => ask(index));
    asked += honestOnes.length;
    await Promise.all([...some.map(send), ...honestOnes]);
  }
  await recorder.readHead();
  await bot.stop();
  const history = await recorder.history();
  const findings = await mustHold(history);
  const effects = effectsIn(history.log);
  const own = ["request.created", "vote.cast", "vote.cast", "request.approved", "write.intended"];
  report(t, {
    part: "F3",
    ...{ backend: embedded.name, seed },
    figures: [
      atLeast("attempts", sized(2_000, 400), attempts),
      count("effects of theirs", 0, effects.length - own.length),
      atLeast("honest ones handled, of 1,000", 999, Math.floor((handled / honest) * 1_000)),
      count("findings", 0, findings),
    ],
  });
  t.diagnostic(`answers to attempts: ${JSON.stringify(Object.fromEntries(statuses))}`);
  assert.deepEqual(effects.toSorted(), own.toSorted());
  assert.ok(handled / honest >= 0.999, `${handled} of ${honest} honest ones were handled`);
});
