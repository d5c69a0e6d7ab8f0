// An OpenID Provider as the port promises it, that signs in whom a test names; codes, states and nonces are checked and used once.
import { randomBytes } from "node:crypto";
import type {
  Authentication,
  IdentityProvider,
  SignInDemands,
  SignInSecrets,
} from "../../src/core/ports/identity-provider.ts";
import { isRefusal, type Refusal, refuse } from "../../src/core/refusal.ts";

export interface ScriptedProvider extends IdentityProvider {
  /** Whoever is asked to sign in next is this one, until another is named; null cancels. */
  signsIn: Partial<Authentication> | null;
  /** Every answer, begin and finish, until it is null again. */
  fault: Refusal | null;
  /** All that was ever secret here: codes, states, nonces, verifiers, tokens. */
  readonly secrets: string[];
  readonly demands: SignInDemands[];
  /** How often it was asked to exchange a code. */
  exchanges: number;
  /** What the provider's own pages do with a browser: sends it back with a code. */
  authorize(url: URL): URL;
}

interface Asked {
  readonly nonce: string;
  readonly state: string;
  readonly as: Partial<Authentication>;
  used: boolean;
}

export function scriptedProvider(issuer: string, title: string): ScriptedProvider {
  const codes = new Map<string, Asked>();
  const authentication = (as: Partial<Authentication>): Authentication => ({
    ...{
      issuer,
      subject: "s-1",
      authenticatedAt: null,
      acr: null,
      amr: [],
      claims: {},
      groups: [],
      name: "",
      slack: null,
    },
    ...as,
  });
  const provider: ScriptedProvider = {
    ...{ issuer, title, signsIn: {}, fault: null, secrets: [], demands: [], exchanges: 0 },
    async begin(secrets, redirectUri, demands) {
      if (provider.fault !== null) return provider.fault;
      provider.secrets.push(...Object.values(secrets));
      provider.demands.push(demands);
      const url = new URL(`${issuer}/authorize`);
      url.search = new URLSearchParams({
        ...{ redirect_uri: redirectUri, state: secrets.state, nonce: secrets.nonce },
      }).toString();
      return url;
    },
    async finish(cameBackTo, secrets, redirectUri) {
      provider.exchanges += 1;
      if (provider.fault !== null) return provider.fault;
      if (`${cameBackTo.origin}${cameBackTo.pathname}` !== redirectUri) return wrong("another redirect URI");
      const checked = check(codes.get(cameBackTo.searchParams.get("code") ?? ""), cameBackTo, secrets);
      return isRefusal(checked) ? checked : authentication(checked.as);
    },
    authorize(url) {
      const back = new URL(url.searchParams.get("redirect_uri") ?? "");
      const state = url.searchParams.get("state") ?? "";
      if (provider.signsIn === null) {
        back.search = new URLSearchParams({ error: "access_denied", state }).toString();
        return back;
      }
      const code = `code-${randomBytes(12).toString("hex")}`;
      provider.secrets.push(code);
      codes.set(code, { nonce: url.searchParams.get("nonce") ?? "", state, as: provider.signsIn, used: false });
      back.search = new URLSearchParams({ code, state, iss: issuer }).toString();
      return back;
    },
  };
  return provider;
}

function check(asked: Asked | undefined, url: URL, secrets: SignInSecrets): Asked | Refusal {
  if (url.searchParams.get("error") !== null) return wrong("the person cancelled");
  if (asked === undefined || asked.used) return wrong("a code that is unknown or used");
  asked.used = true;
  if (url.searchParams.get("state") !== secrets.state || asked.state !== secrets.state) return wrong("another state");
  return asked.nonce === secrets.nonce ? asked : wrong("another nonce");
}

function wrong(what: string): Refusal {
  return refuse("sign-in-refused", `The sign-in came back with ${what}.`, "In Slack, type login to begin anew.");
}
