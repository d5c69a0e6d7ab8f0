// One call to an address that the configuration names: https only, no redirect, no way into the private network (T19).
import { type LookupAddress, type LookupOptions, lookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { Agent, request } from "undici";
import { whyNoAddress } from "./addresses.ts";

export interface Getting {
  readonly headers: Readonly<Record<string, string>>;
  readonly maxBytes: number;
  /** For everything: the name, the connection, the answer to its last byte. */
  readonly timeoutMs: number;
  /** Whether the host may stand in a private network. */
  readonly privateAddresses: boolean;
  /** Certificates (PEM) to trust in place of the usual ones. */
  readonly ca?: string;
}

export type Got =
  | { readonly kind: "answer"; readonly status: number; readonly retryAfter: string; readonly text: string }
  /** `why` names no part of the address: it may be secret. */
  | { readonly kind: "failed"; readonly why: string };

export interface Calling extends Getting {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly body?: string;
  /** Ends it earlier than its own time, where several calls share one. */
  readonly signal?: AbortSignal;
}

export type Called = Got | { readonly kind: "unanswered"; readonly why: string };

/** Never throws. The name is resolved once, and what it resolves to is what is connected to. */
export async function get(url: URL, getting: Getting): Promise<Got> {
  const called = await call(url, { ...getting, method: "GET" });
  return called.kind === "unanswered" ? failed(called.why) : called;
}

/**
 * Never throws, never sent twice. `failed`: it surely had no effect, since it never left or was turned away; `unanswered`: it was
 * sent, and whether it was done is not known.
 */
export async function call(url: URL, calling: Calling): Promise<Called> {
  const { method, body: sent, headers: given, signal, ca } = calling;
  const why = signal?.aborted === true ? "there was no time left for it" : whyNot(url, calling);
  if (why !== null) return { kind: "failed", why };
  const agent = new Agent({ connect: { lookup: guardedLookup(calling), ...(ca === undefined ? {} : { ca }) } });
  const time = AbortSignal.timeout(calling.timeoutMs);
  try {
    const { statusCode, headers, body } = await request(url, {
      ...{ dispatcher: agent, method, headers: { ...given } },
      ...(sent === undefined ? {} : { body: sent }),
      signal: signal === undefined ? time : AbortSignal.any([signal, time]),
    });
    if (statusCode >= 300 && statusCode < 400) return failed("it answered with a redirect, which is not followed");
    const text = await textOf(body, calling.maxBytes);
    if (text === null) return { kind: "unanswered", why: `its answer is larger than ${calling.maxBytes} bytes` };
    return { kind: "answer", status: statusCode, retryAfter: String(headers["retry-after"] ?? ""), text };
  } catch (error) {
    return neverLeft(error) ? failed(whyFailed(error)) : { kind: "unanswered", why: whyFailed(error) };
  } finally {
    await agent.destroy();
  }
}

function failed(why: string): Extract<Got, { kind: "failed" }> {
  return { kind: "failed", why };
}

/** Errors of the connection itself, before a byte of the call could leave. */
const beforeSending =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|ERR_TLS_)/;

function neverLeft(error: unknown): boolean {
  if (error instanceof AddressRefused) return true;
  return error instanceof Error && beforeSending.test((error as NodeJS.ErrnoException).code ?? "");
}

/** A host that is an address is never looked up, so it is judged here. */
function whyNot(url: URL, { privateAddresses }: Getting): string | null {
  if (url.protocol !== "https:") return "its address does not begin with https";
  if (url.username !== "" || url.password !== "") return "its address holds a password";
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return isIP(host) === 0 ? null : whyNoAddress(host, { privateAddresses });
}

class AddressRefused extends Error {
  override readonly name = "AddressRefused";
}

/** All that a name resolves to must be allowed: which of them is taken is nobody's choice here. */
function guardedLookup(getting: Getting): LookupFunction {
  return (hostname: string, options: LookupOptions, done) => {
    lookup(hostname, { ...options, all: true }, (error: Error | null, found: LookupAddress[]) => {
      const why =
        error === null ? found.map((one) => whyNoAddress(one.address, getting)).find((one) => one !== null) : null;
      if (why !== undefined && why !== null) return done(new AddressRefused(why), "", 0);
      const [first] = found ?? [];
      if (error !== null || first === undefined) return done(error ?? new Error("nothing found"), "", 0);
      if (options.all === true) done(null, found);
      else done(null, first.address, first.family);
    });
  };
}

async function textOf(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Reduced to its kind: an error's own message may hold the whole address. */
function whyFailed(error: unknown): string {
  if (!(error instanceof Error)) return "it did not answer";
  if (error instanceof AddressRefused) return error.message;
  if (error.name === "TimeoutError" || error.name === "AbortError") return "it did not answer in time";
  const code = (error as NodeJS.ErrnoException).code ?? "";
  return /^[A-Z_]{3,60}$/.test(code) ? `it cannot be reached (${code})` : "it cannot be reached";
}
