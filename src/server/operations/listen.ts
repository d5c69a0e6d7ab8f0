// The listener for whoever supervises the bot, in a thread of its own: `/healthz` is not on the main loop's mercy.
import { Worker } from "node:worker_threads";
import type { Log } from "../../core/ports/log.ts";
import type { WebResponse } from "../route.ts";
import { startHeartbeat } from "./heartbeat.ts";
import type { FromListener, ListenerOrders, ToListener } from "./messages.ts";

/** By path; the query is what stood after the `?`. What throws is answered with 500 and logged. */
export type Answers = Readonly<Record<string, (query: URLSearchParams) => Promise<WebResponse> | WebResponse>>;

export interface OperationsListener {
  /** null where the port was taken. */
  readonly port: number | null;
  /** Safe to call twice. */
  close(): Promise<void>;
}

export interface ListenFor {
  readonly host: string;
  readonly port: number;
  readonly answers: Answers;
  readonly log: Log;
  /** Default: ten seconds, longer than any pause of a collector or of a busy machine. */
  readonly hungAfterMs?: number;
  /** Default: three seconds. */
  readonly answerWithinMs?: number;
}

/** Resolves when it listens, or when it is known that it cannot: then the bot goes on without, and the log says so. */
export async function listenForOperations(of: ListenFor): Promise<OperationsListener> {
  const { host, port, answers, log, hungAfterMs = 10_000, answerWithinMs = 3_000 } = of;
  const heartbeat = startHeartbeat();
  const paths = Object.keys(answers);
  const orders: ListenerOrders = { host, port, beat: heartbeat.memory, hungAfterMs, answerWithinMs, paths };
  const file = import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js";
  const worker = new Worker(new URL(file, import.meta.url), {
    workerData: orders,
    resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 },
    env: {},
  });
  worker.unref();
  const started = Promise.withResolvers<number | null>();
  let isClosing = false;
  const reply = (id: number, response: WebResponse): void => worker.postMessage({ id, response } satisfies ToListener);
  worker.on("message", (message: FromListener) => {
    switch (message.kind) {
      case "listening":
        return started.resolve(message.port);
      case "not-listening":
        log.warn("no health checks and no metrics: their port cannot be listened on", { host, port, why: message.why });
        return started.resolve(null);
      case "ask":
        return void answerOne(answers, message, log).then((response) => reply(message.id, response));
    }
  });
  worker.on("error", (error) => log.error("the thread of the health checks ended in a fault", { error }));
  worker.on("exit", () => {
    started.resolve(null);
    // Whoever supervises finds nobody and starts the process again: better than an answer that nobody stands for.
    if (!isClosing) log.error("health checks are answered no more");
  });
  return {
    port: await started.promise,
    async close() {
      isClosing = true;
      heartbeat.stop();
      await worker.terminate();
    },
  };
}

async function answerOne(
  answers: Answers,
  { path, query }: { readonly path: string; readonly query: string },
  log: Log,
): Promise<WebResponse> {
  try {
    const answer = answers[path];
    if (answer !== undefined) return await answer(new URLSearchParams(query));
  } catch (error) {
    log.error("an operations page could not be answered", { path, error: error instanceof Error ? error : undefined });
  }
  return { status: 500, headers: { "content-type": "text/plain" }, body: "something went wrong in the bot\n" };
}
