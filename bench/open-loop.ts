// Requests at a fixed rate whatever the answers do; latency counts from when each was due, so that a stall is not hidden.
import { Agent, request } from "undici";
import type { SignedCommand } from "./signed-command.ts";

export interface Load {
  readonly url: string;
  readonly perSecond: number;
  readonly commands: readonly SignedCommand[];
  /** Why an answer is not the right one, or null. */
  readonly wrong: (status: number, body: string) => string | null;
}

export interface Answered {
  /** One per command, in ms. */
  readonly latencies: readonly number[];
  readonly errors: readonly string[];
}

/** Resolves when every command was answered or has failed. */
export async function openLoop(load: Load): Promise<Answered> {
  const dispatcher = new Agent({ connections: 64, pipelining: 1 });
  const latencies: number[] = [];
  const errors: string[] = [];
  const going: Promise<void>[] = [];
  const startedAt = performance.now();
  const gapMs = 1_000 / load.perSecond;
  for (const [index, command] of load.commands.entries()) {
    const dueAt = startedAt + index * gapMs;
    const early = dueAt - performance.now();
    if (early > 0.5) await new Promise((resolve) => setTimeout(resolve, early));
    going.push(
      one(dispatcher, load, command).then((error) => {
        latencies.push(performance.now() - dueAt);
        if (error !== null) errors.push(error);
      }),
    );
  }
  await Promise.all(going);
  await dispatcher.close();
  return { latencies, errors };
}

async function one(dispatcher: Agent, load: Load, { body, headers }: SignedCommand): Promise<string | null> {
  try {
    const answer = await request(load.url, { method: "POST", headers, body, dispatcher });
    return load.wrong(answer.statusCode, await answer.body.text());
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
