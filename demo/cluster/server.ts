// The HTTP side of the sample cluster: one request from its first byte to its answer.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { User } from "./authenticate.ts";
import type { Asked } from "./authorize.ts";
import type { Answer, Backend } from "./call.ts";
import { type Fault, type Faults, faultBody, type RequestFacts } from "./faults.ts";
import { impersonated, type Target } from "./impersonate.ts";
import { type RequestInfo, readRequest } from "./request.ts";
import type { RequestEntry, RequestLog } from "./request-log.ts";
import { route } from "./route.ts";
import { ApiError, forbidden, internalError } from "./status.ts";

export interface ServerParts {
  readonly backend: Backend;
  readonly log: RequestLog;
  readonly faults: Faults;
  readonly auditId: () => string;
  readonly tls: { readonly key: string; readonly cert: string } | undefined;
}

export function makeServer(parts: ServerParts): Server {
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    serve(parts, request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  };
  return parts.tls === undefined ? createServer(listener) : createTlsServer(parts.tls, listener);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString("utf8");
}

const header = (request: IncomingMessage, name: string): string => {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(",") : (value ?? "");
};

async function serve(parts: ServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const info = readRequest(request.method ?? "GET", request.url ?? "/");
  const body = await bodyOf(request);
  const auditId = header(request, "audit-id") || parts.auditId();
  const userAgent = header(request, "user-agent");
  response.setHeader("Audit-Id", auditId);
  response.setHeader("Cache-Control", "no-cache, private");
  const at = parts.backend.registry.timeline.now();
  const entry = parts.log.add({
    method: info.method,
    path: info.path,
    query: info.query,
    body,
    userAgent,
    auditId,
    at,
  });
  const facts: RequestFacts = {
    method: info.method,
    path: info.path,
    verb: info.verb,
    query: info.query.toString(),
    userAgent,
  };
  const fault = parts.faults.take(facts);
  if (fault?.slowMs !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.slowMs).unref());
  if (fault?.hang === true) return;
  // RFC 9110, section 6.6.1; clients learn the cluster's time from it.
  response.setHeader("Date", new Date(parts.backend.registry.timeline.now()).toUTCString());
  if (fault?.reset === true) return void request.socket.destroy();
  if (fault?.status !== undefined) return sendFault(response, entry, fault, fault.status);
  const answer = answerOf(parts, { request, response, info, body, userAgent, entry });
  entry.done = answer.kind === "streamed" || answer.code < 300;
  if (fault?.dropReplyAfterEffect === true) return void request.socket.destroy();
  send(response, entry, answer);
}

interface Received {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly info: RequestInfo;
  readonly body: string;
  readonly userAgent: string;
  readonly entry: RequestEntry;
}

function answerOf(parts: ServerParts, received: Received): Answer {
  const { request, response, info, body, userAgent, entry } = received;
  const warnings: string[] = [];
  try {
    const user = actingUser(parts.backend, received);
    authorize(parts.backend, user, info);
    const contentType = header(request, "content-type").split(";", 1)[0]?.trim() ?? "";
    const accept = header(request, "accept");
    const answer = route(parts.backend, info, {
      query: info.query,
      user,
      userAgent,
      contentType,
      accept,
      body,
      warnings,
      response,
    });
    if (answer.kind === "streamed") entry.code = 200;
    else if (warnings.length > 0)
      response.setHeader(
        "Warning",
        warnings.map((text) => `299 - "${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`),
      );
    return answer;
  } catch (error) {
    const failure =
      error instanceof ApiError
        ? error
        : internalError(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return { kind: "json", code: failure.code, body: failure.status };
  }
}

function actingUser(backend: Backend, { request, info, entry }: Received): User {
  const user = backend.tokens.userOf(request);
  entry.user = user.name;
  entry.groups = user.groups;
  const other = impersonated(request, user, backend.authorizer, targetOf(info));
  if (other === undefined) return user;
  entry.impersonated = { user: other.name, groups: other.groups, uid: other.uid, extra: other.extra };
  return other;
}

function targetOf(info: RequestInfo): Target {
  if (info.resource === undefined) return { verb: info.verb, path: info.path };
  const { group, plural, subresource, namespace, name } = info.resource;
  return { verb: info.verb, group, resource: plural, subresource, namespace, name };
}

function authorize(backend: Backend, user: User, info: RequestInfo): void {
  const target = targetOf(info);
  if ("path" in target) {
    if (backend.authorizer.allowsPath(user, target.verb, target.path)) return;
    throw forbidden({ group: "", plural: "" }, "", `User "${user.name}" cannot ${target.verb} path "${target.path}"`);
  }
  const asked: Asked = target;
  if (!backend.authorizer.allows(user, asked))
    throw forbidden(
      { group: asked.group, plural: asked.resource },
      asked.name,
      backend.authorizer.refusalText(user, asked),
    );
}

function sendFault(response: ServerResponse, entry: RequestEntry, fault: Fault, code: number): void {
  entry.code = code;
  if (fault.retryAfter !== undefined) response.setHeader("Retry-After", String(fault.retryAfter));
  response.writeHead(code, { "Content-Type": "application/json" });
  response.end(faultBody(fault, code));
}

function send(response: ServerResponse, entry: RequestEntry, answer: Answer): void {
  if (answer.kind === "streamed") return;
  entry.code = answer.code;
  const text = answer.kind === "json" ? `${JSON.stringify(answer.body)}\n` : answer.body;
  const retryAfter =
    answer.kind === "json"
      ? (answer.body.details as { retryAfterSeconds?: number } | undefined)?.retryAfterSeconds
      : undefined;
  if (retryAfter !== undefined) response.setHeader("Retry-After", String(retryAfter));
  response.writeHead(answer.code, {
    "Content-Type": answer.kind === "json" ? (answer.contentType ?? "application/json") : "text/plain",
  });
  response.end(text);
}
