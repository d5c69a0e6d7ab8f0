// Asks one health address of the control plane over TLS.
import { request } from "node:https";

export type Probe = { readonly url: string; readonly caPem: string; readonly token?: string };

const answerWithinMs = 2_000;

/** Resolves with the status when it is 200, else with `undefined`; rejects when nobody answers in two seconds. */
export function probe(what: Probe): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = what.token === undefined ? {} : { authorization: `Bearer ${what.token}` };
    const asked = request(what.url, { ca: what.caPem, headers, timeout: answerWithinMs, agent: false }, (answer) => {
      answer.resume();
      answer.on("end", () => resolve(answer.statusCode === 200 ? 200 : undefined));
      answer.on("error", reject);
    });
    asked.on("timeout", () => asked.destroy(new Error(`${what.url}: no answer in ${answerWithinMs} ms`)));
    asked.on("error", reject);
    asked.end();
  });
}
