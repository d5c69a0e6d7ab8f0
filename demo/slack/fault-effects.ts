// Carries out a fault on an HTTP answer: before the call takes effect, or after it.
import type { IncomingMessage, ServerResponse } from "node:http";
import { cutOff } from "./cut-off.ts";
import type { Fault } from "./faults.ts";
import { sendJson } from "./http.ts";
import type { Obj } from "./records.ts";

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export type Blow =
  /** Answered, cut or left hanging instead of the call; `status` 0 when there was no answer. */
  { readonly kind: "struck"; readonly status: number; readonly body: Obj } | { readonly kind: "spared" };

/** Faults in place of the call; the others let it take effect first. */
export function strike(fault: Fault | undefined, { request, response }: Exchange): Blow {
  if (fault === undefined || "truncate" in fault || "dropReplyAfterEffect" in fault) return { kind: "spared" };
  if ("hang" in fault) return { kind: "struck", status: 0, body: { fault: "hang" } };
  if ("reset" in fault) {
    cutOff(request.socket);
    return { kind: "struck", status: 0, body: { fault: "reset" } };
  }
  const error = "error" in fault ? fault.error : "status" in fault ? "injected" : "ratelimited";
  const status = "status" in fault ? fault.status : "error" in fault ? 200 : 429;
  const body = { ok: false, error };
  sendJson(response, status, body, "retryAfter" in fault ? { "retry-after": String(fault.retryAfter) } : {});
  return { kind: "struck", status, body };
}

/** True when the answer was lost or cut short, after the call took effect; else it is still to be sent. */
export function spoil(fault: Fault | undefined, { request, response }: Exchange, answer: string): boolean {
  if (fault === undefined) return false;
  if ("dropReplyAfterEffect" in fault) {
    cutOff(request.socket);
    return true;
  }
  if (!("truncate" in fault)) return false;
  response.writeHead(200, { "content-type": "application/json; charset=utf-8" });
  response.end(answer.slice(0, Math.floor(answer.length / 2)));
  return true;
}
