// HTTP mode: signed requests to the app's request URL, and their answers read as Slack reads them.
import { createHmac } from "node:crypto";
import type { Clock } from "./clock.ts";
import type { AppSettings } from "./inside.ts";
import { ACK_MS, type Answer, type Envelope, type Line, type Retry } from "./line.ts";
import { isObj, parseJson } from "./read.ts";
import type { Obj } from "./records.ts";

interface Request {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** `v0=` and the HMAC of `v0:TIMESTAMP:BODY`. Source: docs.slack.dev/authentication/verifying-requests-from-slack. */
export function signatureOf(secret: string, timestamp: string, body: string): string {
  return `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex")}`;
}

function bodyOf(envelope: Envelope): { readonly body: string; readonly type: string } {
  const form = "application/x-www-form-urlencoded";
  switch (envelope.kind) {
    case "events_api":
      return { body: JSON.stringify(envelope.payload), type: "application/json" };
    case "interactive":
      return { body: new URLSearchParams({ payload: JSON.stringify(envelope.payload) }).toString(), type: form };
    case "slash_commands": {
      const fields = Object.entries(envelope.payload).map(([key, value]): [string, string] => [key, String(value)]);
      return { body: new URLSearchParams(fields).toString(), type: form };
    }
  }
}

export interface HttpLine extends Line {
  /** Sends `url_verification` as Slack does when a request URL is entered; true when the challenge came back. */
  readonly verifyUrl: (challenge: string) => Promise<boolean>;
}

export function makeHttpLine(clock: Clock, app: () => AppSettings): HttpLine {
  let last: Request | undefined;

  function signed(body: string, type: string, retry: Retry | undefined): Request {
    const timestamp = String(Math.floor(clock.now() / 1000));
    return {
      body,
      headers: {
        "content-type": type,
        "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": signatureOf(app().signingSecret, timestamp, body),
        ...(retry !== undefined && { "x-slack-retry-num": String(retry.num), "x-slack-retry-reason": retry.reason }),
      },
    };
  }

  async function post(request: Request): Promise<Answer> {
    const url = app().requestUrl;
    if (url === undefined) return { kind: "unreachable", why: "no request URL is set" };
    const giveUp = new AbortController();
    const cancel = clock.after(ACK_MS, () => giveUp.abort());
    try {
      const response = await fetch(url, { method: "POST", ...request, signal: giveUp.signal, redirect: "manual" });
      const text = await response.text();
      if (response.status !== 200) {
        const noRetry = response.headers.get("x-slack-no-retry") === "1";
        return { kind: "refused", status: response.status, noRetry };
      }
      return { kind: "acked", body: readBody(text, response.headers.get("content-type") ?? "") };
    } catch (error) {
      if (giveUp.signal.aborted) return { kind: "timeout" };
      return { kind: "unreachable", why: error instanceof Error ? error.message : String(error) };
    } finally {
      cancel();
    }
  }

  return {
    connected: () => app().requestUrl !== undefined,
    send: async (envelope, retry, copies) => {
      const { body, type } = bodyOf(envelope);
      const request = signed(body, type, retry);
      last = request;
      const [first] = await Promise.all(Array.from({ length: copies }, () => post(request)));
      return first ?? { kind: "unreachable", why: "nothing was sent" };
    },
    replay: async () => last !== undefined && (await post(last)).kind === "acked",
    verifyUrl: async (challenge) => {
      const body = JSON.stringify({ token: "local", challenge, type: "url_verification" });
      const answer = await post(signed(body, "application/json", undefined));
      return answer.kind === "acked" && (answer.body.challenge === challenge || answer.body.text === challenge);
    },
  };
}

function readBody(text: string, type: string): Obj {
  if (text === "") return {};
  const parsed = type.includes("json") ? parseJson(text) : undefined;
  return isObj(parsed) ? parsed : { text };
}
