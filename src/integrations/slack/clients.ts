// Web API clients: one for what a person waits for, one for the outbox, one for looking things up, since one 429 pauses a client.
import { WebClient, type WebClientOptions } from "@slack/web-api";
import type { Json, JsonObject } from "../../core/json.ts";
import { isJsonObject } from "../../core/json.ts";
import type { Log } from "../../core/ports/log.ts";
import { slackLogger } from "./logger.ts";
import type { Method } from "./scopes.ts";

export interface Clients {
  /** views.*, ephemeral answers: within Slack's three seconds or not at all. */
  readonly urgent: Api;
  /** The outbox: never retried by itself, since a lost reply is looked up first. */
  readonly outbox: Api;
  readonly lookup: Api;
}

export interface Api {
  /**
   * Calls a method. Throws Slack's error classes, to be read by `failureOf`; ends within the client's time limit. The
   * token never appears in a result or error.
   */
  call(method: Method, args: Readonly<Record<string, unknown>>): Promise<JsonObject>;
}

export interface ClientSettings {
  readonly botToken: string;
  /** Slack's own when left out. */
  readonly apiUrl?: string;
  readonly log: Log;
}

export function makeClients(settings: ClientSettings): Clients {
  return {
    urgent: makeApi(settings, { timeout: 2_500, retryConfig: { retries: 0 } }),
    outbox: makeApi(settings, { timeout: 8_000, retryConfig: { retries: 0 } }),
    lookup: makeApi(settings, { timeout: 3_000, retryConfig: { retries: 1, minTimeout: 200, maxTimeout: 500 } }),
  };
}

function makeApi(settings: ClientSettings, timing: Pick<WebClientOptions, "timeout" | "retryConfig">): Api {
  const client = new WebClient(settings.botToken, { ...webOptions(settings), ...timing });
  return {
    call: async (method, args) => {
      const result: unknown = await client.apiCall(method, { ...args });
      return isJsonObject(result) ? (result as { readonly [key: string]: Json }) : {};
    },
  };
}

/** Options that every client shares, Socket Mode's own included. */
export function webOptions(settings: Pick<ClientSettings, "apiUrl" | "log">): WebClientOptions {
  return {
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    logger: slackLogger(settings.log),
    ...(settings.apiUrl === undefined ? {} : { slackApiUrl: apiBase(settings.apiUrl) }),
  };
}

/** The API's address as the SDK wants it: with a slash at the end. */
export function apiBase(url: string): string {
  return url.endsWith("/") ? url : `${url}/`;
}
