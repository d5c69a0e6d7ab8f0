// Both votes of a request that is put there for them: the second one decides, and its time is the answer.
import type { Request } from "../src/core/request.ts";
import { makeDispatch } from "../src/dispatch/dispatch.ts";
import { voteToken } from "../src/dispatch/vote-token.ts";
import { accountOf, type Desk } from "./parts/desk.ts";
import { pending } from "./sample-request.ts";

const voters = ["U0BENCH01", "U0BENCH02"] as const;

/** Milliseconds; throws when the votes did not decide. */
export async function decide(desk: Desk, index: number): Promise<number> {
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
