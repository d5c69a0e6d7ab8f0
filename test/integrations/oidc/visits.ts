// One sign-in at the hostile provider, as a browser and the bot would make it.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import type {
  Authentication,
  IdentityProvider,
  SignInDemands,
  SignInSecrets,
} from "../../../src/core/ports/identity-provider.ts";
import { isRefusal, type Refusal } from "../../../src/core/refusal.ts";
import { openProvider } from "../../../src/integrations/oidc/provider.ts";
import { type GivenSettings, settingsOf } from "../../../src/integrations/oidc/settings.ts";
import { HandClock } from "../../support/hand-clock.ts";
import { type HostileProvider, startHostileProvider } from "./hostile-provider.ts";

export const redirectUri = "https://bot.example/sign-in/back";

const random = (): string => randomBytes(32).toString("base64url");
export const newSecrets = (): SignInSecrets => ({ state: random(), nonce: random(), codeVerifier: random() });

export interface Bench {
  readonly hostile: HostileProvider;
  readonly provider: IdentityProvider;
  readonly clock: HandClock;
}

export async function openBench(given: Partial<GivenSettings> = {}): Promise<Bench> {
  const clock = new HandClock(Date.UTC(2026, 5, 1, 3));
  const hostile = await startHostileProvider({ now: () => clock.now(), alg: given.algorithm ?? "RS256" });
  return { hostile, clock, provider: providerAt(hostile, clock, given) };
}

export function providerAt(
  hostile: HostileProvider,
  clock: HandClock,
  given: Partial<GivenSettings> = {},
): IdentityProvider {
  const settings = settingsOf({
    title: "Example Corp sign-in",
    clientId: "countersign",
    clientSecret: "hush",
    groupsClaim: "groups",
    allowsLoopbackHttp: true,
    ...given,
    issuer: given.issuer ?? hostile.issuer,
  });
  return openProvider(settings, clock);
}

/** The address that the provider sends the browser back to. */
export async function visit(address: URL | Refusal): Promise<URL> {
  assert.ok(address instanceof URL, JSON.stringify(address));
  const answer = await fetch(address, { redirect: "manual" });
  await answer.body?.cancel();
  return new URL(answer.headers.get("location") ?? "");
}

export async function signIn(
  provider: IdentityProvider,
  demands: SignInDemands = {},
): Promise<Authentication | Refusal> {
  const secrets = newSecrets();
  const address = await provider.begin(secrets, redirectUri, demands);
  if (isRefusal(address)) return address;
  return await provider.finish(await visit(address), secrets, redirectUri, demands);
}

export function accepted(result: Authentication | Refusal): Authentication {
  assert.ok(!isRefusal(result), JSON.stringify(result));
  return result;
}

export function refusal(result: Authentication | URL | Refusal): Refusal {
  assert.ok(isRefusal(result), `accepted: ${JSON.stringify(result)}`);
  // Nothing that the provider sent may be in what people and logs see (T28).
  assert.doesNotMatch(`${result.message} ${result.hint}`, /eyJ|[0-9a-f]{16}|[\w-]{43}/);
  return result;
}
