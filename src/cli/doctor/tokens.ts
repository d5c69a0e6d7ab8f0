// Whether Slack takes the tokens, and whether a way in is set.
import { textAt } from "../../core/json.ts";
import type { Examined } from "../../integrations/slack/examine.ts";
import { type Finding, fail, ok } from "./finding.ts";

export interface TokensSeen {
  readonly auth: Examined | null;
  /** Of `apps.connections.open`; null when no app token is set. */
  readonly socket: Examined | null;
  readonly hasSigningSecret: boolean;
}

export function checkTokens({ auth, socket, hasSigningSecret }: TokensSeen): readonly Finding[] {
  return [botToken(auth), wayIn(socket, hasSigningSecret)];
}

function botToken(auth: Examined | null): Finding {
  const what = "bot token";
  if (auth === null)
    return fail(
      what,
      "SLACK_BOT_TOKEN is not set.",
      "Set it to the Bot User OAuth Token from your Slack app's page OAuth & Permissions; it begins with xoxb-.",
    );
  if (auth.ok) return ok(what, `Slack knows the bot as ${textAt(auth.body, "user")} in ${textAt(auth.body, "team")}.`);
  return fail(what, `Slack does not take SLACK_BOT_TOKEN (auth.test: ${auth.error}).`, mendOf(auth.error, "bot"));
}

function wayIn(socket: Examined | null, hasSigningSecret: boolean): Finding {
  const what = "way in";
  if (socket?.ok === true) return ok(what, "Socket Mode: Slack takes SLACK_APP_TOKEN.");
  if (socket !== null)
    return fail(
      what,
      `Slack does not open a socket (apps.connections.open: ${socket.error}).`,
      mendOf(socket.error, "app"),
    );
  if (hasSigningSecret)
    return ok(what, "HTTP mode: SLACK_SIGNING_SECRET is set; whether it is the right one shows Slack's first request.");
  return fail(
    what,
    "Neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set, so Slack cannot reach the bot.",
    "For Socket Mode make an app-level token with the scope connections:write (Basic Information, App-Level Tokens) and set it as SLACK_APP_TOKEN.",
  );
}

function mendOf(error: string, which: "bot" | "app"): string {
  const page = which === "bot" ? "OAuth & Permissions" : "Basic Information, App-Level Tokens";
  switch (error) {
    case "invalid_auth":
    case "not_authed":
    case "token_revoked":
    case "token_expired":
    case "not_allowed_token_type":
      return `Copy the token again from your Slack app's page ${page}; ${which === "bot" ? "it begins with xoxb-" : "it begins with xapp- and has the scope connections:write"}.`;
    case "account_inactive":
      return "Install the app to the workspace again (OAuth & Permissions, Install to Workspace).";
    case "forbidden_team":
    case "missing_scope":
      return "Turn Socket Mode on for the app (Socket Mode) and give the app-level token the scope connections:write.";
    default:
      return "See whether this machine reaches slack.com over HTTPS, and whether SLACK_API_URL is set by mistake.";
  }
}
