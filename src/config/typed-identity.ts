// Raw `identity` → typed.
import type { IdentityConfig } from "../core/config.ts";
import type { RawConfig } from "./raw.ts";
import { ms } from "./typed-approvals.ts";

export function typedIdentity(raw: RawConfig["identity"]): IdentityConfig | null {
  if (raw === undefined) return null;
  const { title, issuer, clientId, clientSecretEnv, scopes, groupsClaim, claims } = raw.provider;
  const { signingAlgorithm = "RS256", asksUserinfo = false } = raw.provider;
  return {
    baseUrl: raw.baseUrl,
    provider: {
      ...{ title, issuer, clientId },
      clientSecretEnv: clientSecretEnv ?? "OIDC_CLIENT_SECRET",
      scopes: scopes ?? ["openid", "profile", "email"],
      groupsClaim: groupsClaim ?? null,
      claims: claims ?? [],
      ...{ signingAlgorithm, asksUserinfo },
    },
    slack: { clientId: raw.slack.clientId, clientSecretEnv: raw.slack.clientSecretEnv ?? "SLACK_CLIENT_SECRET" },
    groupMaxAgeMs: ms(raw.groupMaxAge ?? "12h"),
    stepUpFreshForMs: ms(raw.stepUpFreshFor ?? "15m"),
    allowHttpLoopback: raw.allowHttpLoopback ?? false,
  };
}
