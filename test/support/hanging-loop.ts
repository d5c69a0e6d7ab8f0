// A process whose main loop stands still when it is told to, with the operations listener of the bot beside it.
import { listenForOperations } from "../../src/server/operations/listen.ts";
import { silent } from "../store/samples.ts";

const listener = await listenForOperations({
  ...{ host: "127.0.0.1", port: 0, log: silent, hungAfterMs: 3_000, answerWithinMs: 3_000 },
  answers: { "/readyz": () => ({ status: 200, headers: {}, body: "ready\n" }) },
});
process.stdin.once("data", () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
process.stdout.write(`${listener.port}\n`);
