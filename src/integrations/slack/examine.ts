// A call to Slack whose headers are looked at too: for `doctor`, which asks what the clients hide.
import type { Json } from "../../core/json.ts";
import { at, isJsonObject, textAt } from "../../core/json.ts";
import type { Clock } from "../../core/ports/clock.ts";
import { apiBase } from "./clients.ts";
import type { Method } from "./scopes.ts";

export interface Examined {
  readonly ok: boolean;
  /** Slack's code, or why there was no answer; "" when ok. */
  readonly error: string;
  readonly body: Json;
  /** What the token may do, by the answer's `x-oauth-scopes`; null when Slack did not say. */
  readonly scopes: readonly string[] | null;
  /** How far this machine's clock is ahead of Slack's, in ms, to the second; null when the answer had no date. */
  readonly aheadMs: number | null;
}

const slackApi = "https://slack.com/api/";
const deadlineMs = 8_000;

/** Never throws; the token is in neither result nor error. */
export async function examine(
  method: Method,
  of: { readonly token: string; readonly apiUrl: string | null; readonly clock: Clock },
): Promise<Examined> {
  const sentAt = of.clock.now();
  try {
    const answer = await fetch(new URL(method, apiBase(of.apiUrl ?? slackApi)), {
      method: "POST",
      headers: { authorization: `Bearer ${of.token}`, "content-type": "application/x-www-form-urlencoded" },
      redirect: "error",
      signal: AbortSignal.timeout(deadlineMs),
    });
    const seenAt = (sentAt + of.clock.now()) / 2;
    const body: unknown = await answer.json();
    const known = isJsonObject(body) ? body : {};
    const scopes = answer.headers.get("x-oauth-scopes");
    const date = Date.parse(answer.headers.get("date") ?? "");
    const ok = at(known, "ok") === true;
    return {
      ok,
      error: ok ? "" : textAt(known, "error") || `HTTP ${answer.status}`,
      body: known,
      scopes:
        scopes === null
          ? null
          : scopes
              .split(",")
              .map((scope) => scope.trim())
              .filter((scope) => scope !== ""),
      aheadMs: Number.isNaN(date) ? null : seenAt - date,
    };
  } catch (error) {
    return { ok: false, error: reasonOf(error), body: {}, scopes: null, aheadMs: null };
  }
}

/** The network's code, such as ENOTFOUND; never a message, which may quote what was sent. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = (cause as { readonly code?: unknown } | undefined)?.code;
  if (typeof code === "string") return code;
  return error instanceof Error ? error.name : "no answer";
}
