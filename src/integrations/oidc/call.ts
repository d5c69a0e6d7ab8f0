// The one way out to a provider: checked addresses, no redirects, a limited answer, and the authority of the settings.
import type { CustomFetch } from "openid-client";
import { Agent, request } from "undici";
import { addressProblem } from "./address.ts";
import type { ProviderSettings } from "./settings.ts";

/** A discovery document has some 5 kB, a key set some 10; groups make ID tokens large. */
const mostBytes = 256 * 1024;

/** A call that gave nothing to look at. `says` completes "Example Corp sign-in …" and holds no word of the provider's. */
export class CallError extends Error {
  readonly says: string;

  constructor(says: string) {
    super(says);
    this.name = "CallError";
    this.says = says;
  }
}

/** For the SDK. Throws `CallError`; every call is made anew, on a connection of its own. */
export function callerOf(settings: ProviderSettings): CustomFetch {
  const { callMs, ca, allowsLoopbackHttp, isSlack } = settings;
  const connect = { timeout: callMs, ...(ca === null ? {} : { ca }) };
  // Sign-ins are rare: no connection is worth keeping.
  const dispatcher = new Agent({ connect, pipelining: 0, headersTimeout: callMs, bodyTimeout: callMs });
  return async (address, { method, headers, body }) => {
    const wrong = addressProblem(address, allowsLoopbackHttp);
    if (wrong !== null) throw new CallError(`named an address that is not called: ${wrong}`);
    // One limit for connecting, the head and the whole body: an answer that drips never ends otherwise.
    const signal = AbortSignal.timeout(callMs);
    const sent = body === undefined || body === null ? null : String(body);
    const verb = method === "POST" ? "POST" : "GET";
    try {
      const answer = await answerOf(address, { method: verb, headers, body: sent, dispatcher, signal });
      return isSlack ? await asOAuth(answer) : answer;
    } catch (error) {
      if (error instanceof CallError) throw error;
      throw new CallError(signal.aborted ? "did not answer in time" : `did not answer (${codeOf(error)})`);
    }
  };
}

type Options = NonNullable<Parameters<typeof request>[1]>;

/** undici's `request` never follows a redirect. */
async function answerOf(address: string, options: Options): Promise<Response> {
  const { statusCode, headers, body } = await request(address, options);
  const refused = statusProblem(statusCode);
  if (refused !== null) {
    // Cutting an answer off makes its stream fail, which is no news.
    body.on("error", () => undefined).destroy();
    throw new CallError(refused);
  }
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.length;
    if (size > mostBytes) throw new CallError(`answered with more than ${mostBytes / 1024} KiB`);
    parts.push(part);
  }
  const type = headers["content-type"];
  return new Response(new Uint8Array(Buffer.concat(parts)), {
    status: statusCode,
    headers: typeof type === "string" ? { "content-type": type } : {},
  });
}

function statusProblem(status: number): string | null {
  if (status >= 300 && status < 400) return "answered with a redirect, which is never followed";
  return status >= 500 || status === 429 || status === 204 ? `answered with HTTP ${status}` : null;
}

/** `ECONNREFUSED`, `CERT_HAS_EXPIRED` and the like; messages may hold what was sent, so they are left. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  const code = "code" in error && typeof error.code === "string" ? error.code : error.name;
  return /^[A-Za-z0-9_]{1,60}$/.test(code) ? code : "unknown";
}

/**
 * Slack says no with status 200, `ok: false` and a code; OAuth 2.0 wants status 400 and `error` (RFC 6749, section 5.2).
 * Source: docs.slack.dev/reference/methods/openid.connect.token.
 */
async function asOAuth(answer: Response): Promise<Response> {
  const body: unknown = await answer
    .clone()
    .json()
    .catch(() => null);
  if (typeof body !== "object" || body === null || !("ok" in body) || body.ok !== false) return answer;
  const error = "error" in body && typeof body.error === "string" ? body.error : "unknown_error";
  return Response.json({ error }, { status: 400 });
}
