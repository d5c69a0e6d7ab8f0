// The plots of a run, one file each in bench/results; a plot whose figures were not measured is left as it was.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Figure } from "./figure.ts";
import { type Plot, svgOf } from "./plot.ts";

type ValueOf = (name: string) => number;

interface Planned {
  readonly file: string;
  readonly plot: (value: ValueOf, figures: readonly Figure[]) => Plot;
}

export function writePlots(folder: string, figures: readonly Figure[]): void {
  mkdirSync(folder, { recursive: true });
  for (const { file, plot } of planned) {
    const made = madeOf(plot, figures);
    if (made !== null) writeFileSync(join(folder, file), svgOf(made));
  }
}

class NotMeasured extends Error {}

function madeOf(plot: Planned["plot"], figures: readonly Figure[]): Plot | null {
  const value = (name: string): number => {
    const found = figures.find((figure) => figure.name === name);
    if (found === undefined) throw new NotMeasured(name);
    return found.value;
  };
  try {
    return plot(value, figures);
  } catch (error) {
    if (error instanceof NotMeasured) return null;
    throw error;
  }
}

const bars = (title: string, unit: string, named: Readonly<Record<string, number>>): Plot => ({
  ...{ title, unit, kind: "bar", categories: Object.keys(named) },
  series: [{ name: unit, values: Object.values(named) }],
});

const planned: readonly Planned[] = [
  {
    file: "http-command.svg",
    plot: (value) => ({
      ...{ title: "CPU of a signed /ops status in HTTP mode", unit: "µs a request", kind: "bar" },
      categories: ["200 a second", "500 a second"],
      series: [
        { name: "Countersign", values: [200, 500].map((rate) => value(`http-command.${rate}.countersign.cpu`)) },
        { name: "a bare Bolt app", values: [200, 500].map((rate) => value(`http-command.${rate}.bolt.cpu`)) },
        { name: "node:http and HMAC", values: [200, 500].map((rate) => value(`http-command.${rate}.plain.cpu`)) },
      ],
    }),
  },
  {
    file: "ten-clusters.svg",
    plot: (value) => ({
      ...bars("Memory of the caches, ten clusters of 5,000 pods", "MB for each 10,000 pods", {
        Countersign: value("ten-clusters.memory.countersign"),
        "client-node's informers": value("ten-clusters.memory.informer"),
      }),
      bound: { name: "a sixth of the informers", value: value("ten-clusters.memory.informer") / 6 },
    }),
  },
  {
    file: "growth.svg",
    plot: (value) => {
      const of = (size: string) =>
        ["embedded", "postgres"].flatMap((on) =>
          ["vote", "approvals"].map((what) => value(`growth.${on}.${what}.${size}`)),
        );
      return {
        ...{ title: "Latency as the store grows", unit: "ms", kind: "bar" },
        categories: ["vote, embedded", "approvals, embedded", "vote, PostgreSQL", "approvals, PostgreSQL"],
        series: [
          { name: "a store that has just begun", values: of("empty") },
          { name: "with its history", values: of("full") },
        ],
      };
    },
  },
  {
    file: "end-to-end.svg",
    plot: (value) => ({
      ...{ title: "What one change costs, from the request to its verified end", unit: "ms of CPU", kind: "bar" },
      categories: ["one replica", "two replicas"],
      series: [
        { name: "the bot", values: ["one", "two"].map((name) => value(`end-to-end.${name}.cpu`)) },
        { name: "PostgreSQL", values: ["one", "two"].map((name) => value(`end-to-end.${name}.database-cpu`)) },
      ],
    }),
  },
  {
    file: "audit-log.svg",
    plot: (value) =>
      bars("Durable records of the audit log", "records a second", {
        "a bare chained insert": value("audit-log.bare-insert"),
        "one by one": value("audit-log.append-one-by-one"),
        "32 at once": value("audit-log.append-32-at-once"),
      }),
  },
  {
    file: "job-rate.svg",
    plot: (value) => ({
      ...{ title: "Jobs put and done, a hundred at once", unit: "jobs a second", kind: "bar" },
      categories: ["Redis", "PostgreSQL"],
      series: [
        { name: "BullMQ alone", values: ["redis", "postgres"].map((on) => value(`job-rate.${on}.bullmq-alone`)) },
        { name: "Countersign", values: ["redis", "postgres"].map((on) => value(`job-rate.${on}.ours`)) },
      ],
    }),
  },
  {
    file: "soak.svg",
    plot: (value, figures) => {
      value("soak.heap-growth");
      const heap = figures.filter(({ name }) => /^soak[.]minute-\d+[.]heap$/.test(name)).map((one) => one.value);
      return {
        ...{ title: "Alive after collection, at fifty commands a second", unit: "MB", kind: "line" },
        categories: heap.map((_, index) => `${index + 1} min`),
        series: [{ name: "heap", values: heap }],
      };
    },
  },
];
