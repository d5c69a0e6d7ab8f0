// A vote and its decision while 10,000 requests are pending, against the same with 10.
import { join } from "node:path";
import type { Request } from "../src/core/request.ts";
import { makeDispatch } from "../src/dispatch/dispatch.ts";
import { voteToken } from "../src/dispatch/vote-token.ts";
import type { Pace } from "./benchmark.ts";
import { atMost, type Figure } from "./figure.ts";
import { accountOf, type Desk, openDesk } from "./parts/desk.ts";
import { pending } from "./sample-request.ts";
import { median, medianRatio } from "./statistics.ts";
import { inDirectory } from "./temporary.ts";

const voters = ["U0BENCH01", "U0BENCH02"] as const;

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

/** Both votes of a request that is put there for them: the second one decides. The median of pairs is what counts. */
async function decide(desk: Desk, index: number): Promise<number> {
  const request = pending(index);
  await desk.store.transact((tx) => tx.requests.insert(request));
  const { surface } = makeDispatch(desk.deps, { credentialsIn: async () => [] });
  await castBy(surface, request, voters[0]);
  const startedAt = performance.now();
  await castBy(surface, request, voters[1]);
  const tookMs = performance.now() - startedAt;
  const decided = await desk.store.requests.get(request.id);
  if (decided?.state !== "approved") throw new Error(`the votes did not decide: ${decided?.state}`);
  return tookMs;
}

async function castBy(
  surface: ReturnType<typeof makeDispatch>["surface"],
  request: Request,
  userId: string,
): Promise<void> {
  const reply = await surface.vote({
    origin: {
      account: accountOf(userId),
      channelId: "C0APPROVE",
      threadTs: null,
      surface: "form",
      deliveryKey: `view:${request.id}:${userId}`,
    },
    request: request.id,
    version: request.version,
    choice: "approve",
    token: voteToken({ request, choice: "approve", userId }, Date.now()),
    reason: null,
  });
  if (reply.kind === "refusal") throw new Error(reply.refusal.message);
}
