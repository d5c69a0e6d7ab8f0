// The identity provider's addresses: discovery, keys, the sign-in's pages and their buttons, the exchange of codes.
import type { IncomingMessage, ServerResponse } from "node:http";
import { cookie, cookieOf, isFromHere } from "../sign-in/cookies.ts";
import { redirect } from "../sign-in/html.ts";
import type { Browsers } from "./browsers.ts";
import { nextOf } from "./next.ts";
import { sendChoice, sendDeadEnd, sendHome, sendSecurityKey } from "./pages.ts";
import { type DirectoryPerson, PASSWORD, SECURITY_KEY } from "./people.ts";
import { type AuthorizationRequest, readRequest } from "./request.ts";
import { exchange, type TokenParts } from "./token.ts";

export interface Inside extends TokenParts {
  readonly people: readonly DirectoryPerson[];
  readonly browsers: Browsers;
}

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

const COOKIE = "demo-idp-browser";
const MOST_FORM_BYTES = 16 * 1024;

export async function route(inside: Inside, exchanged: Exchange): Promise<void> {
  const { request, response } = exchanged;
  try {
    const { pathname, searchParams } = new URL(request.url ?? "/", inside.issuer);
    const key = `${request.method} ${pathname}`;
    if (key === "GET /.well-known/openid-configuration") return sendJson(response, 200, discoveryOf(inside.issuer));
    if (key === "GET /keys") return sendJson(response, 200, { keys: [inside.key.jwk] });
    if (key === "GET /authorize") return begin(inside, searchParams, exchanged);
    if (key === "POST /token") {
      const { status, body } = exchange(inside, await formOf(request), request.headers.authorization);
      return sendJson(response, status, body);
    }
    const [, visit, button] = /^POST \/visits\/([\w-]+)\/(sign-in|security-key)$/.exec(key) ?? [];
    if (visit !== undefined) return await press(inside, { visit, isKey: button === "security-key" }, exchanged);
    if (key === "GET /") return sendHome(response);
    sendDeadEnd(response, 404, "There is nothing here");
  } catch (error) {
    if (response.headersSent) return void response.destroy();
    sendDeadEnd(response, 500, error instanceof TooLarge ? "That was too much" : "Something went wrong here");
  }
}

/** OpenID Connect Discovery 1.0, section 3; RFC 9207, section 3. */
const discoveryOf = (issuer: string): Readonly<Record<string, unknown>> => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/keys`,
  scopes_supported: ["openid", "profile", "email", "groups"],
  response_types_supported: ["code"],
  response_modes_supported: ["query"],
  grant_types_supported: ["authorization_code"],
  subject_types_supported: ["public"],
  acr_values_supported: [PASSWORD, SECURITY_KEY],
  id_token_signing_alg_values_supported: ["ES256"],
  token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post", "none"],
  code_challenge_methods_supported: ["S256"],
  authorization_response_iss_parameter_supported: true,
  claims_supported: [
    "sub",
    "name",
    "preferred_username",
    "email",
    "email_verified",
    "groups",
    "acr",
    "amr",
    "auth_time",
  ],
});

function begin(inside: Inside, asked: URLSearchParams, { request, response }: Exchange) {
  const read = readRequest(asked, inside.clients);
  if (read.kind === "dead-end") return sendDeadEnd(response, 400, read.says);
  if (read.kind === "error") return redirect(response, backTo(inside, read, { error: read.error }));
  const browser = cookieOf(request, COOKIE) ?? inside.newSecret();
  response.setHeader("set-cookie", cookie(COOKIE, browser, "/"));
  const visit = inside.browsers.begin({ request: read.request, startedAt: inside.now(), chosen: false, browser });
  goOn(inside, { visit, browser }, response);
}

interface Where {
  readonly visit: string;
  readonly browser: string | undefined;
}

/** Shows the next page, or sends the browser back. */
function goOn(inside: Inside, { visit: id, browser }: Where, response: ServerResponse) {
  const visit = inside.browsers.visit(id, browser);
  if (visit === undefined) return sendDeadEnd(response, 400, "This sign-in is over, or began in another browser");
  const { request } = visit;
  const session = inside.browsers.session(browser);
  const next = nextOf(visit, session, inside.now());
  if (next.kind === "choose") {
    const { people } = inside;
    return sendChoice(response, { visit: id, request, people, session, mustProve: next.mustProve });
  }
  if (session !== undefined && next.kind === "security-key")
    return sendSecurityKey(response, { visit: id, session, request });
  inside.browsers.end(id);
  if (session === undefined || next.kind !== "back") {
    return redirect(response, backTo(inside, request, { error: next.kind === "error" ? next.error : "server_error" }));
  }
  const { authenticatedAt, acr } = next;
  const code = inside.codes.issue({ request, person: session.person, authenticatedAt, acr });
  redirect(response, backTo(inside, request, { code }));
}

interface Pressed {
  readonly visit: string;
  readonly isKey: boolean;
}

async function press(inside: Inside, { visit: id, isKey }: Pressed, { request, response }: Exchange): Promise<void> {
  if (!isFromHere(request, inside.issuer)) return sendDeadEnd(response, 403, "This button works only on its own page");
  const form = await formOf(request);
  const browser = cookieOf(request, COOKIE);
  const visit = inside.browsers.visit(id, browser);
  if (visit === undefined || browser === undefined) {
    return sendDeadEnd(response, 400, "This sign-in is over, or began in another browser");
  }
  if (form.get("answer") === "no") {
    inside.browsers.end(id);
    return redirect(response, backTo(inside, visit.request, { error: "access_denied" }));
  }
  const session = inside.browsers.session(browser);
  if (isKey && session !== undefined) inside.browsers.signIn(browser, { ...session, keyAt: inside.now() });
  if (!isKey) {
    const person = inside.people.find(({ subject }) => subject === form.get("person"));
    if (person === undefined) return sendDeadEnd(response, 400, "There is nobody of that name here");
    // "Continue as" proves nothing anew; "Sign in as" does.
    const next = nextOf(visit, session, inside.now());
    const goesOn = next.kind === "choose" && !next.mustProve && session?.person === person;
    if (!goesOn) inside.browsers.signIn(browser, { person, passwordAt: inside.now(), keyAt: null });
    inside.browsers.choose(id);
  }
  goOn(inside, { visit: id, browser }, response);
}

interface WayBack {
  readonly redirectUri: string;
  readonly state: AuthorizationRequest["state"];
}

/** Every answer names its issuer (RFC 9207, section 2). */
function backTo(inside: Inside, { redirectUri, state }: WayBack, answer: Readonly<Record<string, string>>): URL {
  const back = new URL(redirectUri);
  const all = { ...answer, ...(state === null ? {} : { state }), iss: inside.issuer };
  for (const [name, value] of Object.entries(all)) back.searchParams.set(name, value);
  return back;
}

class TooLarge extends Error {}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > MOST_FORM_BYTES) throw new TooLarge();
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString());
}

function sendJson(response: ServerResponse, status: number, body: Readonly<Record<string, unknown>>): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
}
