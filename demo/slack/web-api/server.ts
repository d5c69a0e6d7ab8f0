// The Web API's front door: token, scope, pace, faults on order, then the method; every call is written down.
import type { IncomingMessage, ServerResponse } from "node:http";
import { spoil, strike } from "../fault-effects.ts";
import { readBody, sendJson } from "../http.ts";
import type { Inside } from "../inside.ts";
import { isObj, parseJson, textOf } from "../read.ts";
import type { Obj } from "../records.ts";
import { channels } from "./channels.ts";
import { chat } from "./chat.ts";
import { conversations } from "./conversations.ts";
import { files } from "./files.ts";
import { marks } from "./marks.ts";
import { type Method, type Methods, no } from "./method.ts";
import { openid } from "./openid.ts";
import { team } from "./team.ts";
import { users } from "./users.ts";
import { views } from "./views.ts";

export const methods: Methods = {
  ...channels,
  ...chat,
  ...conversations,
  ...files,
  ...marks,
  ...openid,
  ...team,
  ...users,
  ...views,
};

interface Call {
  readonly name: string;
  readonly token: string;
  readonly args: Obj;
  /** Slack's code for a body that could not be read. */
  readonly broken: string | undefined;
}

interface Reply {
  readonly status: number;
  readonly body: Obj;
  readonly headers: Readonly<Record<string, string>>;
}

/** Answers `POST /api/METHOD` (and GET, as Slack does). */
export async function serveMethod(inside: Inside, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const call = await readCall(request);
  const exchange = { request, response };
  const fault = inside.faults.take(call.name);
  const blow = strike(fault, exchange);
  const { name: method, token, args } = call;
  if (blow.kind === "struck") return inside.log.call({ method, token, args, status: blow.status, reply: blow.body });
  const reply = call.broken === undefined ? answer(inside, call) : refused(call.broken);
  inside.log.call({ method, token, args, status: reply.status, reply: reply.body });
  if (reply.body.ok === false) inside.log.breach(textOf(reply.body.error), describe(call, reply));
  if (spoil(fault, exchange, JSON.stringify(reply.body))) return;
  sendJson(response, reply.status, reply.body, reply.headers);
}

function refused(error: string): Reply {
  return { status: 200, body: no(error), headers: {} };
}

function limited(seconds: number): Reply {
  return { status: 429, body: no("ratelimited"), headers: { "retry-after": String(seconds) } };
}

function answer(inside: Inside, call: Call): Reply {
  const method = methods[call.name];
  const scopes = [...inside.app().scopes].join(",");
  const headers = { "x-oauth-scopes": scopes, "x-accepted-oauth-scopes": method?.scopes.join(",") ?? "" };
  const say = (body: Obj): Reply => ({ status: 200, body, headers });
  if (method === undefined) return say(no("unknown_method", { req_method: call.name }));
  const refusal = refuse(inside, method, call);
  if (refusal !== undefined) return say(refusal);
  const seconds = inside.rates.take(call.name, method.tier, textOf(call.args.channel) || undefined);
  return seconds === undefined ? say(method.run(inside, call.args)) : limited(seconds);
}

function refuse(inside: Inside, method: Method, call: Call): Obj | undefined {
  if (method.token === "none") return undefined;
  const app = inside.app();
  if (call.token === "") return no("not_authed");
  if (call.token !== app.botToken && call.token !== app.appToken) return no("invalid_auth");
  if (!app.installed) return no("account_inactive");
  const right = method.token === "bot" ? app.botToken : app.appToken;
  if (call.token !== right) return no("not_allowed_token_type");
  if (method.scopes.length === 0 || method.scopes.some((scope) => app.scopes.has(scope))) return undefined;
  return no("missing_scope", { needed: method.scopes.join(","), provided: [...app.scopes].join(",") });
}

async function readCall(request: IncomingMessage): Promise<Call> {
  const url = new URL(request.url ?? "/", "http://local");
  const raw = (await readBody(request)).toString();
  const json = (request.headers["content-type"] ?? "").includes("json") && raw !== "";
  const body = json ? parseJson(raw) : Object.fromEntries(new URLSearchParams(raw));
  const { token, ...args } = { ...Object.fromEntries(url.searchParams), ...(isObj(body) ? body : {}) };
  const bearer = (request.headers.authorization ?? "").replace(/^Bearer\s+/i, "");
  const name = url.pathname.replace(/^\/api\//, "");
  const broken = isObj(body) ? undefined : body === undefined ? "invalid_json" : "json_not_object";
  return { name, token: bearer === "" ? textOf(token) : bearer, args, broken };
}

function describe(call: Call, reply: Reply): string {
  const metadata = reply.body.response_metadata;
  const messages = isObj(metadata) && Array.isArray(metadata.messages) ? ` ${metadata.messages.join("; ")}` : "";
  const about = ["channel", "ts", "user", "view_id"].filter((key) => typeof call.args[key] === "string");
  return `${call.name} ${about.map((key) => `${key}=${String(call.args[key])}`).join(" ")}${messages}`.trim();
}
