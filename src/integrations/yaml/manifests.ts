// The Manifests port: a worker thread with a deadline, one text after another.
import { Worker } from "node:worker_threads";
import type { ManifestDocument, Manifests } from "../../core/ports/manifests.ts";
import { type Refusal, refuse } from "../../core/refusal.ts";
import { defaultLimits, type ManifestLimits } from "./limits.ts";

type Answer = readonly ManifestDocument[] | Refusal;

export interface OpenManifests extends Manifests {
  /** Ends the worker; a text that is being read is answered as too slow. */
  close(): Promise<void>;
}

/** The worker starts with the first text and is kept; one that was too slow, or died, is replaced at the next text. */
export function openManifests(given: Partial<ManifestLimits> = {}): OpenManifests {
  const limits = { ...defaultLimits, ...given };
  let worker: Worker | null = null;
  let last: Promise<unknown> = Promise.resolve();

  const readNow = async (text: string): Promise<Answer> => {
    worker ??= startWorker();
    const answer = await ask(worker, text, limits);
    if (answer.kind === "answer") return answer.answer;
    const lost = worker;
    worker = null;
    await lost.terminate();
    return answer.refusal;
  };

  return {
    read(text) {
      const bytes = Buffer.byteLength(text, "utf8");
      if (bytes > limits.bytes) return Promise.resolve(tooLarge(bytes, limits));
      const answer = last.then(() => readNow(text));
      last = answer.catch(() => undefined);
      return answer;
    },
    async close() {
      const open = worker;
      worker = null;
      await open?.terminate();
    },
  };
}

function startWorker(): Worker {
  const file = import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js";
  const worker = new Worker(new URL(file, import.meta.url), {
    // A text within the byte limit needs some 50 MB; aliases are counted, this is the wall behind the count.
    resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
    env: {},
  });
  worker.unref();
  return worker;
}

type Outcome =
  | { readonly kind: "answer"; readonly answer: Answer }
  | { readonly kind: "lost"; readonly refusal: Refusal };

function ask(worker: Worker, text: string, limits: ManifestLimits): Promise<Outcome> {
  return new Promise((resolve) => {
    const end = (outcome: Outcome) => {
      clearTimeout(timer);
      worker.off("message", onMessage).off("error", onLost).off("exit", onLost);
      resolve(outcome);
    };
    const onMessage = (answer: Answer) => end({ kind: "answer", answer });
    const onLost = () => end({ kind: "lost", refusal: tooSlow(limits) });
    const timer = setTimeout(onLost, limits.deadlineMs);
    worker.on("message", onMessage).on("error", onLost).on("exit", onLost);
    worker.postMessage({ text, limits });
  });
}

function tooLarge(bytes: number, limits: ManifestLimits): Refusal {
  return refuse(
    "manifest-too-large",
    `The manifest has ${bytes} bytes; ${limits.bytes} are allowed.`,
    "Send it in several requests.",
  );
}

function tooSlow(limits: ManifestLimits): Refusal {
  return refuse(
    "slow-manifest",
    `The manifest took more than ${limits.deadlineMs / 1_000} s, or more memory than allowed, to read.`,
    "Send less in one request, without aliases.",
  );
}
