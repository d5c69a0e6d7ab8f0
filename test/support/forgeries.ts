// Requests to Slack's endpoint that Slack did not send: what is done to an honest one, and still must have no effect (T1).
import { randomBytes } from "node:crypto";
import { signedHeaders } from "./slack-bench.ts";

export interface Try {
  readonly headers: Record<string, string>;
  readonly body: string;
}

const form = "application/x-www-form-urlencoded";
/** Each gives another request out of an honest one. Three of them are Slack's unsigned certificate check, which is answered empty. */
export const forgeries: readonly ((good: Try) => Try)[] = [
  (good) => ({ ...good, body: `${good.body}&text=x` }),
  (good) => ({ ...good, body: good.body.replace("halt", "hal7") }),
  (good) => ({ ...good, body: `payload=%7B%22type%22%3A%22block_actions%22%7D&${good.body}` }),
  (good) => ({ ...good, body: `ssl_check=1&${good.body}` }),
  (good) => ({ headers: { "content-type": form }, body: `ssl_check=1&${good.body}` }),
  () => ({ headers: { "content-type": form }, body: `ssl_check=1&payload=%7B%22type%22%3A%22block_actions%22%7D` }),
  (good) => ({ headers: { "content-type": form }, body: good.body }),
  (good) => ({ ...good, headers: { ...good.headers, "x-slack-signature": `v0=${randomBytes(32).toString("hex")}` } }),
  (good) => ({ ...good, headers: { ...good.headers, "x-slack-signature": "" } }),
  (good) => ({
    ...good,
    headers: { ...good.headers, "x-slack-signature": (good.headers["x-slack-signature"] ?? "").replace("v0=", "v1=") },
  }),
  (good) => ({
    ...good,
    headers: { ...good.headers, "x-slack-signature": (good.headers["x-slack-signature"] ?? "").slice(0, -1) },
  }),
  (good) => ({
    ...good,
    headers: { ...good.headers, "x-slack-signature": `${good.headers["x-slack-signature"]}=00`.replace("=", "==") },
  }),
  (good) => ({
    ...good,
    headers: {
      ...good.headers,
      "x-slack-request-timestamp": `${Number(good.headers["x-slack-request-timestamp"]) + 1}`,
    },
  }),
  (good) => ({ ...good, headers: { ...good.headers, "x-slack-request-timestamp": "NaN" } }),
  (good) => ({ ...good, headers: { ...good.headers, "x-slack-request-timestamp": "" } }),
  (good) => ({ ...good, headers: { ...good.headers, "x-slack-request-timestamp": "0x6566" } }),
  (good) => ({ headers: signedHeaders("another secret", good.body, Date.now()), body: good.body }),
  (good) => ({ headers: signedHeaders("", good.body, Date.now()), body: good.body }),
  (good) => ({
    ...good,
    headers: { ...good.headers, "content-type": "application/json" },
    body: JSON.stringify({ type: "event_callback", team_id: "T0LOCAL01" }),
  }),
  (good) => ({
    ...good,
    headers: { ...good.headers, "content-type": "application/json" },
    body: `{"type":"url_verification","challenge":"x"}`,
  }),
];
