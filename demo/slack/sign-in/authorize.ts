// Where a browser comes to sign in with Slack: who it is here, said with one click, and the way back with a code.
import type { IncomingMessage, ServerResponse } from "node:http";
import { cookie, cookieOf, isFromHere } from "../../sign-in/cookies.ts";
import { html, redirect, sendPage } from "../../sign-in/html.ts";
import { readBody } from "../http.ts";
import type { Inside } from "../inside.ts";
import type { User } from "../records.ts";
import { TEAM } from "../seed.ts";

const PATH = "/openid/connect/authorize";
const ACCENT = "#4a154b";
const COOKIE = "local-slack-user";

/** GET shows who one can be; POST, from the page itself, goes back to the app with a code. */
export async function serveAuthorize(
  inside: Inside,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { searchParams: asked } = new URL(request.url ?? "/", inside.url());
  const wrong = requestProblem(inside, asked);
  if (wrong !== undefined) return sendError(response, wrong);
  const error = protocolError(asked);
  if (error !== undefined) return redirect(response, backTo(asked, { error }));
  const me = people(inside).find((user) => user.id === cookieOf(request, COOKIE));
  if (request.method === "POST") return await signIn(inside, asked, { request, response });
  if (asked.get("prompt") !== "none") return sendChoice(inside, asked, { me, response });
  if (me === undefined) return redirect(response, backTo(asked, { error: "login_required" }));
  redirect(response, backTo(asked, { code: codeFor(inside, asked, me) }));
}

/** What Slack says on a page of its own, because the way back is not to be trusted. */
function requestProblem(inside: Inside, asked: URLSearchParams): string | undefined {
  const { clientId, redirectUrls } = inside.app();
  if (asked.get("client_id") !== clientId) return "Invalid client_id parameter";
  const redirectUri = asked.get("redirect_uri") ?? "";
  if (!redirectUrls.some((known) => isBelow(redirectUri, known)))
    return `redirect_uri did not match any configured URIs. Passed URI: ${redirectUri}`;
  const team = asked.get("team");
  return team !== null && team !== TEAM.id ? `There is no workspace ${team} here` : undefined;
}

/**
 * The configured address or one below it. Source: docs.slack.dev/authentication/installing-with-oauth, "redirect URLs". Slack
 * takes only https; here http to this machine goes too, since the demo's bot has no certificate.
 */
function isBelow(address: string, known: string): boolean {
  if (!URL.canParse(address) || !URL.canParse(known)) return false;
  const [asked, configured] = [new URL(address), new URL(known)];
  const isLocal = asked.protocol === "http:" && ["127.0.0.1", "localhost"].includes(asked.hostname);
  if ((asked.protocol !== "https:" && !isLocal) || asked.origin !== configured.origin || asked.hash !== "")
    return false;
  const base = configured.pathname.replace(/\/$/, "");
  return asked.pathname === configured.pathname || asked.pathname.startsWith(`${base}/`);
}

/** RFC 6749, section 4.1.2.1: these go back to the app. */
function protocolError(asked: URLSearchParams): string | undefined {
  if (asked.get("response_type") !== "code") return "unsupported_response_type";
  const scopes = scopesOf(asked);
  const isKnown = scopes.every((scope) => ["openid", "profile", "email"].includes(scope));
  return isKnown && scopes.includes("openid") ? undefined : "invalid_scope";
}

const scopesOf = (asked: URLSearchParams): readonly string[] =>
  (asked.get("scope") ?? "").split(/[ ,]/).filter(Boolean);

/** Full members that the page offers: guests cannot sign in with Slack. */
function people(inside: Inside): readonly User[] {
  return [...inside.state.users.values()].filter((user) => user.onPage && !user.deleted && !user.isRestricted);
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function signIn(inside: Inside, asked: URLSearchParams, { request, response }: Exchange): Promise<void> {
  if (!isFromHere(request, inside.url())) return sendError(response, "This page's buttons work only on this page");
  const form = new URLSearchParams((await readBody(request)).toString());
  if (form.get("answer") === "no") return redirect(response, backTo(asked, { error: "access_denied" }));
  const user = people(inside).find((each) => each.id === form.get("user"));
  if (user === undefined) return sendError(response, "There is nobody of that id here");
  response.setHeader("set-cookie", cookie(COOKIE, user.id, "/openid/connect"));
  redirect(response, backTo(asked, { code: codeFor(inside, asked, user) }));
}

function codeFor(inside: Inside, asked: URLSearchParams, user: User): string {
  return inside.signIn.codes.issue({
    user: user.id,
    clientId: asked.get("client_id") ?? "",
    redirectUri: asked.get("redirect_uri") ?? "",
    nonce: asked.get("nonce") ?? "",
    scopes: scopesOf(asked),
    signedInAt: inside.clock.now(),
  });
}

function backTo(asked: URLSearchParams, answer: Readonly<Record<string, string>>): URL {
  const back = new URL(asked.get("redirect_uri") ?? "");
  for (const [name, value] of Object.entries(answer)) back.searchParams.set(name, value);
  const state = asked.get("state");
  if (state !== null) back.searchParams.set("state", state);
  return back;
}

interface Choice {
  readonly me: User | undefined;
  readonly response: ServerResponse;
}

function sendChoice(inside: Inside, asked: URLSearchParams, { me, response }: Choice): void {
  const others = people(inside).filter((user) => user !== me);
  const button = (user: User) =>
    html`<button name="user" value="${user.id}">${user.realName}<small>${user.title}</small></button>`;
  const first =
    me === undefined
      ? html`<p>Who are you in Slack, in this browser?</p>`
      : html`<button class="first" name="user" value="${me.id}">Continue as ${me.realName}<small>@${me.name}</small></button>
<p class="quiet">Or as somebody else:</p>`;
  sendPage(response, {
    status: 200,
    title: `Sign in to Countersign with Slack`,
    accent: ACCENT,
    body: html`<p>Countersign wants to know who you are in <b>${TEAM.name}</b>: your name and your Slack user id.</p>
<form method="post" action="${`${PATH}?${asked}`}">
${first}
${others.map(button)}
<p class="quiet">This is the demo's own Slack: one click stands for Slack's sign-in.</p>
<button name="answer" value="no">Cancel</button>
</form>`,
  });
}

function sendError(response: ServerResponse, says: string): void {
  const body = html`<p>${says}.</p><p class="quiet">Go back to Slack and start again.</p>`;
  sendPage(response, { status: 400, title: "Something went wrong when authorizing", accent: ACCENT, body });
}
