// The schema of `identity`: how people sign in.
import { signingAlgorithms } from "../core/config.ts";
import { described, duration, list, object, type Schema, text } from "./schema-parts.ts";

const origin: Schema = {
  type: "string",
  pattern: "^https?://[A-Za-z0-9.:\\[\\]-]+$",
  maxLength: 253,
  examples: ["https://ops.example.com"],
};
const issuer: Schema = {
  type: "string",
  pattern: "^https?://[^ ?#]+$",
  maxLength: 500,
  examples: ["https://id.example.com"],
};
const variable: Schema = { type: "string", pattern: "^[A-Z][A-Z0-9_]{1,63}$", examples: ["OIDC_CLIENT_SECRET"] };
const claim: Schema = { type: "string", minLength: 1, maxLength: 200 };

export const identitySchema: Schema = object(
  "How people sign in, so that it is known which human a Slack account is. Left out: nobody can.",
  {
    baseUrl: described(
      origin,
      "Where browsers reach the bot, without a slash at the end; Slack and the provider need not reach it.",
    ),
    provider: object(
      "The company's OpenID Provider. Its redirect URI is `baseUrl` and `/login/provider/callback`.",
      {
        title: described(text, "What people call it."),
        issuer: described(issuer, "Its issuer, exactly as its discovery document has it."),
        clientId: described(text, "The client that is registered there for the bot."),
        clientSecretEnv: {
          ...described(variable, "The environment variable that holds the client's secret."),
          default: "OIDC_CLIENT_SECRET",
        },
        scopes: list("Scopes; left out: `openid`, `profile`, `email`.", { ...claim, examples: ["openid"] }),
        groupsClaim: described(
          { ...claim, examples: ["groups"] },
          "The claim that holds the person's groups; left out: none.",
        ),
        claims: list("Claims that are kept with a link, for mapping to names in clusters; no other is kept.", {
          ...claim,
          examples: ["email"],
        }),
        signingAlgorithm: {
          description: "The one algorithm that its ID tokens are signed with.",
          enum: [...signingAlgorithms],
          default: "RS256",
        },
        asksUserinfo: {
          description: "Ask its userinfo endpoint too: for providers that leave groups out of the ID token.",
          type: "boolean",
          default: false,
        },
      },
      ["title", "issuer", "clientId"],
    ),
    slack: object(
      "Sign in with Slack, by the client of the bot's own Slack app. Its redirect URL is `baseUrl` and `/login/slack/callback`.",
      {
        clientId: described({ ...text, examples: ["12345.67890"] }, "Client ID, from the app's Basic Information."),
        clientSecretEnv: {
          ...described(variable, "The environment variable that holds its Client Secret."),
          default: "SLACK_CLIENT_SECRET",
        },
      },
      ["clientId"],
    ),
    groupMaxAge: {
      ...described(duration, "Groups of a sign-in older than this no longer count for the top tiers."),
      default: "12h",
    },
    stepUpFreshFor: {
      ...described(duration, "A sign-in that met a step-up counts as fresh for so long."),
      default: "15m",
    },
    allowHttpLoopback: {
      description: "`baseUrl` and `issuer` may be http on the loopback. For the demo only.",
      type: "boolean",
      default: false,
    },
  },
  ["baseUrl", "provider", "slack"],
);
