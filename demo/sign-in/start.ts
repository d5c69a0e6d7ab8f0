// The demo's two sign-ins as one thing: its identity provider, and the client of the local Slack's app.
import { randomBytes } from "node:crypto";
import { startLocalIdp } from "../idp/idp.ts";
import type { LocalSlackOptions } from "../slack/local-slack.ts";
import { originOf, type SignInAddresses } from "./addresses.ts";
import { IDP_CLIENT, SLACK_CLIENT } from "./section.ts";

export interface DemoSignIn {
  /** For the local Slack. */
  readonly slack: NonNullable<LocalSlackOptions["signIn"]>;
  /** For the bot, which finds neither of them in a file. */
  readonly secrets: { readonly providerClientSecret: string; readonly slackClientSecret: string };
  stop(): Promise<void>;
}

/** Rejects when the provider's port is taken. Secrets and browser sessions are new at every start; links stay. */
export async function startDemoSignIn({ botPort, idpPort }: SignInAddresses): Promise<DemoSignIn> {
  const back = originOf(botPort);
  const secrets = { providerClientSecret: newSecret(), slackClientSecret: newSecret() };
  const idp = await startLocalIdp({
    port: idpPort,
    clients: [
      {
        clientId: IDP_CLIENT,
        clientSecret: secrets.providerClientSecret,
        redirectUris: [`${back}/login/provider/callback`],
        name: "Countersign",
      },
    ],
  });
  return {
    slack: {
      clientId: SLACK_CLIENT,
      clientSecret: secrets.slackClientSecret,
      redirectUrls: [`${back}/login/slack/callback`],
    },
    secrets,
    stop: () => idp.stop(),
  };
}

const newSecret = (): string => randomBytes(32).toString("base64url");
