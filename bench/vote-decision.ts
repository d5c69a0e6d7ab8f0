// A vote and its decision while 10,000 requests are pending, against the same with 10.
import { join } from "node:path";
import type { Pace } from "./benchmark.ts";
import { decide } from "./decide.ts";
import { atMost, type Figure } from "./figure.ts";
import { type Desk, openDesk } from "./parts/desk.ts";
import { pending } from "./sample-request.ts";
import { median, medianRatio } from "./statistics.ts";
import { inDirectory } from "./temporary.ts";

export async function measure({ quick }: Pace): Promise<readonly Figure[]> {
  return inDirectory(async (directory) => {
    const few = await filled(join(directory, "few"), 10);
    const many = await filled(join(directory, "many"), 10_000);
    const took = { few: [] as number[], many: [] as number[] };
    const votes = quick ? 60 : 300;
    for (let index = 0; index < votes + 20; index += 1) {
      const times = { few: await decide(few, 20_000 + index), many: await decide(many, 20_000 + index) };
      if (index < 20) continue;
      took.few.push(times.few);
      took.many.push(times.many);
    }
    await few.close();
    await many.close();
    return [
      { name: "vote-decision.10-pending", value: median(took.few), unit: "ms" },
      { name: "vote-decision.10000-pending", value: median(took.many), unit: "ms" },
      {
        name: "vote-decision.10000-against-10",
        value: medianRatio(took.many, took.few),
        unit: "ratio",
        bound: atMost(1.5),
      },
    ];
  });
}

async function filled(directory: string, count: number): Promise<Desk> {
  const desk = await openDesk(directory);
  for (let from = 0; from < count; from += 500) {
    await desk.store.transact(async (tx) => {
      for (let index = from; index < Math.min(count, from + 500); index += 1) await tx.requests.insert(pending(index));
    });
  }
  return desk;
}
