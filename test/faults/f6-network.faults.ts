// F6: bad networks between the bot and Kubernetes, Slack's Web API and its socket: unknown is looked up, never sent blindly again.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { AuditRecord } from "../../src/core/audit.ts";
import type { ProxyFault } from "../support/fault-proxy.ts";
import { JumpClock } from "../support/jump-clock.ts";
import { breathMs, isWriteTo, onRequest, plant, released } from "../support/story.ts";
import { ana, ben, chloe, dev, finn } from "../support/town.ts";
import { type Backend, backends } from "./history/backends.ts";
import { type Chance, chanceOf, givenSeed } from "./history/chance.ts";
import { mustHold } from "./history/keep.ts";
import { type LinkName, links, type Network, startNetwork } from "./history/network.ts";
import { demoRules, Recorder } from "./history/recorder.ts";
import { atLeast, count, percentile, report, within } from "./history/report.ts";
import { sized } from "./history/size.ts";
import { lived } from "./history/story.ts";

const seed = givenSeed();
const schedules = sized(30, 6);
const groups = { "payments-leads": [ben], platform: [finn, ana] };

interface Trouble {
  readonly link: LinkName;
  readonly direction: "up" | "down";
  readonly fault: ProxyFault | "refused";
  readonly afterMs: number;
  readonly forMs: number;
}

interface Schedule {
  /** The answer to the write is lost this way, after it took effect. */
  readonly lostAnswer: ProxyFault | null;
  readonly troubles: readonly Trouble[];
}

function faultOf(chance: Chance): ProxyFault | "refused" {
  return chance.pick<ProxyFault | "refused">([
    { kind: "delay", ms: 100 + chance.int(900) },
    { kind: "reset" },
    { kind: "black-hole" },
    { kind: "cut", afterBytes: chance.int(600) },
    { kind: "half-close" },
    "refused",
  ]);
}

function scheduleOf(chance: Chance, index: number): Schedule {
  const troubles = Array.from(
    { length: 1 + chance.int(3) },
    (): Trouble => ({
      link: chance.pick(links),
      direction: chance.pick(["up", "down"] as const),
      fault: faultOf(chance),
      afterMs: chance.int(900),
      forMs: 100 + chance.int(1_200),
    }),
  );
  const lost = chance.pick<ProxyFault>([
    { kind: "reset" },
    { kind: "cut", afterBytes: chance.int(60) },
    { kind: "half-close" },
  ]);
  return { lostAnswer: index % 3 === 0 ? lost : null, troubles };
}

/** Troubles of the lines to Slack that are not over: meanwhile nothing can be acknowledged in time. */
interface Outage {
  troubles: number;
  /** From the end of a black hole until its dead socket was given up for another. */
  readonly deadMs: number[];
}

async function play(
  { lines }: Network,
  { recorder, outage }: { readonly recorder: Recorder; readonly outage: Outage },
  { link, direction, fault, afterMs, forMs }: Trouble,
): Promise<void> {
  await sleep(afterMs);
  const line = lines[link];
  const isSlacks = link !== "kubernetes";
  if (isSlacks) outage.troubles += 1;
  if (isSlacks) recorder.bot("down");
  if (fault === "refused") {
    line.refuse(true);
    line.resetAll();
  } else line.set(direction, fault);
  await sleep(forMs);
  line.refuse(false);
  line.heal();
  const healed = performance.now();
  // Nobody tells either end that a connection is dead: it is until the bot's pings find out.
  while (link === "socket" && line.dead > 0) await sleep(20);
  if (link === "socket" && fault !== "refused" && fault.kind === "black-hole")
    outage.deadMs.push(performance.now() - healed);
  if (isSlacks) outage.troubles -= 1;
  if (isSlacks && outage.troubles === 0) recorder.bot("serving");
}

for (const backend of backends) {
  test(`F6, R26 on ${backend.name}: through bad networks everything ends once, as it is said`, async (t) => {
    const lanes = sized([0, 1, 2], [0, 1]);
    const perLane = schedules / lanes.length;
    const all = await Promise.all(lanes.map((lane) => throughFaults(t, { backend, lane, perLane })));
    const sum = (of: (one: Seen) => number): number => all.reduce((total, one) => total + of(one), 0);
    const lost = sum((one) => one.lostAnswers);
    report(t, {
      part: "F6",
      ...{ backend: backend.name, seed },
      figures: [
        atLeast(
          "schedules",
          schedules,
          sum((one) => one.ended),
        ),
        count(
          "answers lost after the effect, found done by reading",
          lost,
          sum((one) => one.foundDone),
        ),
        count(
          "findings (I1 to I8)",
          0,
          sum((one) => one.findings),
        ),
        within("a dead socket to Slack replaced, longest", 15_000, Math.max(0, ...all.flatMap((one) => one.deadMs))),
      ],
    });
  });

  test(`F6, I8 on ${backend.name}: with Slack's Web API two seconds away, Slack is answered at once`, async (t) => {
    const record = await backend.open(t);
    const network = await startNetwork(t, record);
    const recorder = new Recorder({ town: network.town, part: "F6", seed, backend: record });
    recorder.members(groups);
    plant(network.town.cluster, "far");
    await released(network.town.cluster, "far");
    await network.startBot();
    network.lines["web api"].set("down", { kind: "delay", ms: 2_000 });
    recorder.bot("serving");
    const reads = Array.from(
      { length: sized(90, 20) },
      (_, index) => ["status checkout", "whoami", "approvals"][index % 3] ?? "",
    );
    // In turns: one person is not let ask so much in a minute.
    for (const [index, words] of reads.entries())
      await recorder.command([ana, chloe, dev][index % 3] ?? ana, words, "#general");
    await lived(recorder, "far", `acknowledged through delay, seed ${seed}`);
    network.heal();
    await network.town.stopBot();
    await mustHold(await recorder.history());
    const took = recorder.acknowledgedMs;
    report(t, {
      part: "F6",
      ...{ backend: backend.name, seed },
      figures: [
        within("acknowledged, p50, Slack's Web API 2 s away", 1_000, percentile(took, 0.5)),
        within("acknowledged, p99, Slack's Web API 2 s away", 1_000, percentile(took, 0.99)),
      ],
    });
  });
}

interface Seen {
  readonly ended: number;
  readonly lostAnswers: number;
  readonly foundDone: number;
  readonly findings: number;
  readonly deadMs: readonly number[];
}

interface Lane {
  readonly backend: Backend;
  readonly lane: number;
  readonly perLane: number;
}

async function throughFaults(t: Parameters<typeof startNetwork>[0], { backend, lane, perLane }: Lane): Promise<Seen> {
  const chance = chanceOf(seed + lane * 7_919);
  const record = await backend.open(t);
  const network = await startNetwork(t, record);
  const { town } = network;
  const names = Array.from({ length: perLane }, (_, index) => `net-${lane}-${index}x`);
  for (const name of names) plant(town.cluster, name);
  await released(town.cluster, names.at(-1) ?? "");
  const clock = new JumpClock();
  const aheadMs = () => clock.now() - Date.now();
  const recorder = new Recorder({ town, part: "F6", seed, backend: record, aheadMs, rules: demoRules });
  recorder.members(groups);
  await network.startBot({ clock });
  recorder.bot("serving");
  const lostOnes: string[] = [];
  const outage: Outage = { troubles: 0, deadMs: [] };
  for (const [index, name] of names.entries()) {
    const schedule = scheduleOf(chance, index);
    const faults = Promise.all(schedule.troubles.map((trouble) => play(network, { recorder, outage }, trouble)));
    loseAnswer(network, name, schedule, lostOnes);
    const card = await lived(recorder, name, JSON.stringify({ lane, seed, schedule }));
    await faults;
    network.heal();
    if (lostOnes.includes(name)) assert.match(card.text, /is done and verified/);
    clock.jump(breathMs);
    recorder.clockMoved();
  }
  await recorder.readHead();
  await town.stopBot();
  const history = await recorder.history();
  const findings = await mustHold(history);
  return {
    ended: names.length,
    lostAnswers: lostOnes.length,
    foundDone: foundDone(history.log, lostOnes),
    findings,
    deadMs: outage.deadMs,
  };
}

/** From the moment that the cluster has the write, no answer comes back on that line, for a moment. */
function loseAnswer({ town, lines, heal }: Network, name: string, { lostAnswer }: Schedule, lost: string[]): void {
  if (lostAnswer === null) return;
  onRequest(town.cluster, (entry) => {
    if (lost.includes(name) || !isWriteTo(name)(entry)) return;
    lost.push(name);
    lines.kubernetes.set("down", lostAnswer);
    setTimeout(heal, 300);
  });
}

/** Requests about these whose write was recorded as unknown, and then found done. */
function foundDone(log: readonly string[], names: readonly string[]): number {
  const records = log.map((line) => JSON.parse(line) as AuditRecord);
  const about = (name: string) =>
    records.filter(({ code, details }) => code.startsWith("write.") && String(details.object).endsWith(`/${name}`));
  return names.filter((name) => {
    const states = about(name).map(({ details }) => details.state);
    return states.includes("unknown") && states.at(-1) === "found-done";
  }).length;
}
