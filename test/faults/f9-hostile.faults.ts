// F9, T11 to T18: hostile manifests, strings and sizes at the whole bot: it answers in words, stays up, and its main loop goes on.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { CrashingBot } from "../support/crashing-bot.ts";
import { hostileStrings, hostileYaml } from "../support/hostile.ts";
import { ana, ben, chloe, dev, eve, finn, startTown } from "../support/town.ts";
import { embeddedRecord as embedded } from "./history/backends.ts";
import { chanceOf, givenSeed } from "./history/chance.ts";
import { mustHold } from "./history/keep.ts";
import { Recorder } from "./history/recorder.ts";
import { atLeast, count, report, within } from "./history/report.ts";
import { sized } from "./history/size.ts";

const seed = givenSeed();
const everybody = [ana, ben, chloe, dev, eve, finn];
const roomy = (text: string): string => `${text}limits:\n  votesPerMinute: 1000\n  commandsPerMinute: 1000\n`;

const configMap = (name: string, data: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: shop}\ndata:\n${data}`;
const keys = (count: number): string => Array.from({ length: count }, (_, index) => `  key${index}: "v"\n`).join("");
const lines = (count: number): string =>
  `  text: |\n${Array.from({ length: count }, (_, index) => `    line ${index}\n`).join("")}`;

/** Valid, and much: what is shown of them must be told to be cut, and planned all the same. */
const large = {
  "20,000 keys": configMap("keys", keys(20_000)),
  "a diff of 10,000 lines": configMap("lines", lines(10_000)),
};

const words = (text: string): readonly string[] => [
  ...[
    text,
    `status ${text}`,
    `restart shop/checkout because ${text}`,
    `describe ${text}`,
    `logs shop/checkout --grep ${text}`,
  ],
  ...[`scale shop/checkout ${text}`, `cancel ${text}`, `grant me ${text} on shop`, `why ${text}`, `help ${text}`],
];

interface Gauge {
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly rssMb: number;
}

test("F9: hostile inputs end as refusals in words; nothing crashes, nothing stands still", async (t) => {
  const chance = chanceOf(seed);
  const town = await startTown(t, { config: roomy });
  const { slack } = town;
  const gaugeFile = join(town.directory, "gauge.json");
  const bot = new CrashingBot(town, Date.now, {}, { BOT_GAUGE: gaugeFile });
  t.after(() => bot.end());
  const recorder = new Recorder({ town, part: "F9", seed, backend: embedded });
  recorder.members({ "payments-leads": [ben, chloe], platform: [finn, ana] });
  await bot.start();
  recorder.bot("serving");
  const { pid } = bot;
  const typed = chance.shuffled(hostileStrings.flatMap(words)).slice(0, sized(1_000, 80));
  for (let first = 0; first < typed.length; first += 10)
    await Promise.all(
      typed.slice(first, first + 10).map((text) => recorder.command(chance.pick(everybody), text, "#general")),
    );
  let answered = 0;
  for (const [name, manifest] of Object.entries({ ...hostileYaml, ...large })) {
    while (slack.modalsOf(dev).length > 0) await slack.as(dev).closeModal();
    await recorder.command(dev, "apply", "#general");
    await slack.waitForModal(dev, undefined, 15_000);
    const file = slack.as(dev).upload("manifest.yaml", manifest);
    const outcome = await slack.as(dev).submit({ "manifest-file": [file.id] });
    const said = () => JSON.stringify(slack.modalsOf(dev).at(-1)?.view ?? {});
    const isOver = () => (said().includes('"Under way"') || said().includes('"cs-form"') ? undefined : true);
    // A refusal that is about the field stands under it.
    if (outcome.errors === undefined) await slack.waitUntil(isOver, `an answer to ${name}`, 40_000);
    answered += 1;
  }
  await recorder.command(ana, "whoami");
  assert.equal(bot.pid, pid, "the same process as at the start");
  await bot.stop();
  const findings = await mustHold(await recorder.history());
  const { p99Ms, maxMs, rssMb } = JSON.parse(readFileSync(gaugeFile, "utf8")) as Gauge;
  report(t, {
    part: "F9",
    ...{ backend: embedded.name, seed },
    figures: [
      atLeast("hostile commands", sized(400, 80), typed.length),
      count("hostile or large manifests answered", Object.keys({ ...hostileYaml, ...large }).length, answered),
      count("findings", 0, findings),
      within("main loop stood still, p99", 50, p99Ms),
      within("main loop stood still, longest", 200, maxMs),
      { what: "most memory", demanded: "at most 400 MB", reached: `${Math.round(rssMb)} MB`, holds: rssMb <= 400 },
    ],
  });
  assert.ok(rssMb <= 800, `${rssMb} MB`);
});
