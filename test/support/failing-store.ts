// A disk that fails under the bot in this process: full, or standing still, for the transactions that a test names.
import { Worker } from "node:worker_threads";
import type { NumberedErrand, WorkerReply } from "../../src/store/messages.ts";

type Failing = { readonly how: "full" | "stands still"; readonly word: string };

let failing: Failing | null = null;
let held: (() => void)[] = [];
const post = Worker.prototype.postMessage;

Worker.prototype.postMessage = function postMessage(this: Worker, message: unknown): void {
  const errand = isWrite(message) ? message : null;
  if (failing === null || errand === null || !JSON.stringify(errand.statements).includes(failing.word)) {
    if (held.length === 0) post.call(this, message);
    else held.push(() => post.call(this, message));
    return;
  }
  if (failing.how === "stands still") {
    held.push(() => post.call(this, message));
    return;
  }
  const reply: WorkerReply = { kind: "failed", id: errand.id, why: "unavailable", message: "database or disk is full" };
  // What was begun is rolled back, as the worker does after a failed statement.
  if (!errand.begin) post.call(this, { ...errand, id: -1, statements: [], end: "rollback" });
  setImmediate(() => this.emit("message", reply));
};

/** Until `mendStore`: every transaction that says `word`; all of them for "". */
export function breakStore(how: Failing["how"], word = ""): void {
  failing = { how, word };
}

export function mendStore(): void {
  failing = null;
  const late = held;
  held = [];
  for (const send of late) send();
}

function isWrite(message: unknown): message is NumberedErrand {
  return typeof message === "object" && message !== null && "to" in message && message.to === "writer";
}
