// Whether people can sign in: the address they come to, the provider's discovery document, and both clients' secrets.
import { randomBytes } from "node:crypto";
import { systemClock } from "../../clock.ts";
import type { IdentityConfig } from "../../core/config.ts";
import { isRefusal } from "../../core/refusal.ts";
import { openOidcProviders } from "../../main/oidc.ts";
import { openLog } from "../log.ts";
import { type Check, type Finding, fail, ok, type Patient, warn } from "./finding.ts";

export const checkIdentity: Check = async ({ config, secrets }) => {
  const { identity } = config;
  if (identity === null) return [];
  return [address(identity), await provider(identity, secrets), slackClient(identity, secrets)];
};

/** That it is https, or the loopback where that is allowed, the configuration was checked for. */
function address({ baseUrl }: IdentityConfig): Finding {
  const what = "sign-in address";
  if (baseUrl.startsWith("https://")) return ok(what, `Browsers come to ${baseUrl}.`);
  return warn(
    what,
    `Browsers come to ${baseUrl}, which only this machine reaches.`,
    "Beyond a demo, write an https address into identity.baseUrl and leave allowHttpLoopback away.",
  );
}

async function provider(identity: IdentityConfig, secrets: Patient["secrets"]): Promise<Finding> {
  const { title, clientSecretEnv, issuer } = identity.provider;
  const what = `sign-in at ${title}`;
  const secret = givenIn(secrets, clientSecretEnv);
  if (secret === null)
    return fail(
      what,
      `${clientSecretEnv} is not set.`,
      `Set it to the secret of the client ${identity.provider.clientId} that is registered at ${issuer}.`,
    );
  const redirect = `${identity.baseUrl}/login/provider/callback`;
  const said = await discovered(identity, secret, redirect);
  if (said === null)
    return ok(what, `Its discovery document is that of ${issuer}; its client comes back to ${redirect}.`);
  return fail(
    what,
    said,
    `Open ${issuer.replace(/\/$/, "")}/.well-known/openid-configuration from this machine: its issuer must be, letter by letter, identity.provider.issuer.`,
  );
}

/** null when a sign-in could begin; asks for the discovery document and nothing else. */
async function discovered(identity: IdentityConfig, secret: string, redirect: string): Promise<string | null> {
  const { company } = await openOidcProviders({
    config: identity,
    secrets: { providerClientSecret: secret, slackClientSecret: "is-not-asked" },
    slack: { teamId: "T00000000", apiUrl: null },
    ...{ clock: systemClock, log: openLog("silent") },
  });
  const word = (): string => randomBytes(32).toString("base64url");
  const begun = await company.begin({ state: word(), nonce: word(), codeVerifier: word() }, redirect, {});
  return isRefusal(begun) ? begun.message : null;
}

function slackClient({ slack, baseUrl }: IdentityConfig, secrets: Patient["secrets"]): Finding {
  const what = "Sign in with Slack";
  const page = "on your Slack app's page Basic Information";
  if (!/^\d+\.\d+$/.test(slack.clientId))
    return fail(
      what,
      `“${slack.clientId}” is no Client ID of Slack.`,
      `Copy Client ID ${page} to identity.slack.clientId.`,
    );
  if (givenIn(secrets, slack.clientSecretEnv) === null)
    return fail(what, `${slack.clientSecretEnv} is not set.`, `Set it to the Client Secret ${page}.`);
  return ok(
    what,
    `Client ${slack.clientId} is set; whether Slack takes its secret and ${baseUrl}/login/slack/callback shows the first sign-in.`,
  );
}

function givenIn(secrets: Patient["secrets"], name: string): string | null {
  const value = secrets.named?.(name) ?? "";
  return value === "" ? null : value;
}
