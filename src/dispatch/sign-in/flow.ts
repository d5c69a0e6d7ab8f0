// The way of a sign-in through a browser: the link, Slack, the company's provider, agreeing. Every refused step is an event.
import type { SlackAccount } from "../../core/person.ts";
import type { Authentication, IdentityProvider, SignInDemands } from "../../core/ports/identity-provider.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import { type HalfSignIn, requestOfPurpose, type SignIn, type SignInPurpose } from "../../core/sign-in.ts";
import { anewWords } from "../../identity/anew.ts";
import { beginSignIn, checkAccount, isSame, outOfTurn, step, taken, whyOver } from "../../identity/session.ts";
import { append } from "../append.ts";
import { plainEvent } from "../record.ts";
import type { SignInDeps } from "./deps.ts";
import { type ConsentText, type PageText, type Purposes, purposeOf } from "./purposes.ts";
import { type Leg, refusals } from "./refused.ts";
import { hashOf, newSecret, newSecrets } from "./secrets.ts";

/** Fixed: registered with the providers as redirect URIs, one each (RFC 9700 section 4.4, mix-up). */
export const signInPaths = {
  landing: "/login",
  slack: "/login/slack",
  slackCallback: "/login/slack/callback",
  companyCallback: "/login/provider/callback",
  agree: "/login/agree",
} as const;

export interface SignInFlow {
  /** The address for the person's eyes only. Recorded. */
  begin(of: {
    readonly account: SlackAccount;
    readonly name: string;
    readonly purpose: SignInPurpose;
  }): Promise<{ readonly url: string; readonly expiresAt: number; readonly signIn: SignIn }>;
  /** The link was opened: changes nothing, since scanners of links open them too. */
  landing(linkSecret: string): Promise<PageText | Refusal>;
  /** Binds the sign-in to this browser, and sends it to Slack. */
  toSlack(linkSecret: string, cookie: string | null): Promise<Bound | Refusal>;
  /** Back from Slack, on to the company's provider. */
  backFromSlack(cookie: string | null, cameBackTo: URL): Promise<URL | Refusal>;
  /** Back from the company's provider; what is agreed to stands at `signInPaths.agree`. */
  backFromCompany(cookie: string | null, cameBackTo: URL): Promise<null | Refusal>;
  consent(cookie: string | null): Promise<(ConsentText & { readonly formToken: string }) | Refusal>;
  agree(cookie: string | null, formToken: string | null): Promise<PageText | Refusal>;
}

export interface Bound {
  readonly to: URL;
  readonly cookie: string;
}

interface Here {
  readonly signIn: SignIn;
  readonly half: HalfSignIn;
}

export function signInFlow(deps: SignInDeps, purposes: Purposes): SignInFlow {
  const { store, clock, random, config, providers, channels } = deps;
  const refused = refusals(deps);
  const address = (path: string): string => `${config.baseUrl}${path}`;

  /** The sign-in that this browser is on, if it is this leg's turn. */
  async function here(cookie: string | null, leg: Leg, state: SignIn["state"]): Promise<Here | Refusal> {
    const signIn = cookie === null ? null : await store.signIns.byBrowser(hashOf(cookie));
    if (signIn === null) return refused(null, leg, otherBrowser());
    const over = whyOver(signIn, clock.now());
    if (over !== null) return refused(signIn, leg, over);
    if (signIn.state !== state) return refused(signIn, leg, outOfTurn(signIn));
    const { half } = signIn;
    return half === null ? refused(signIn, leg, forgotten(signIn)) : { signIn, half };
  }

  /**
   * What the browser brought back from a provider. The secrets of its leg are used up first, durably: of two that bring back the
   * same, to whichever replica, one goes on.
   */
  async function cameBack(at: Here, leg: Leg, back: Back): Promise<CameBack | Refusal> {
    const { secrets } = at.half;
    // Another sign-in's answer is turned away before it can use up anything of this one.
    if (secrets === null || !isSame(back.url.searchParams.get("state"), secrets.state))
      return refused(at.signIn, leg, otherState(at.signIn));
    const signIn = await move(at.signIn, { kind: "came-back" }, leg);
    if (isRefusal(signIn)) return signIn;
    const proven = await back.from.finish(back.url, secrets, address(back.path), back.demands);
    if (isRefusal(proven)) return refused(signIn, leg, proven, "ends");
    if (proven.issuer !== back.from.issuer) return refused(signIn, leg, otherIssuer(signIn, proven, back.from), "ends");
    return { signIn, proven };
  }

  async function move(at: SignIn, event: Parameters<typeof step>[1], leg: Leg): Promise<SignIn | Refusal> {
    const next = step(at, event, clock.now());
    if (isRefusal(next)) return refused(at, leg, next);
    const isStored = await store.transact((tx) => tx.signIns.replace(next, at.revision));
    return isStored ? next : refused(at, leg, outOfTurn(at));
  }

  return {
    async begin(of) {
      const secret = newSecret(random);
      const id = newSecret(random).slice(0, 16);
      const signIn = beginSignIn({ id, ...of, linkHash: hashOf(secret), now: clock.now() });
      const person = await deps.people.person(of.account.userId);
      const details = { userId: of.account.userId, signIn: id, purpose: of.purpose.kind, expiresAt: signIn.expiresAt };
      const request = requestOfPurpose(of.purpose);
      const event = { ...plainEvent("identity.begun", { actor: isRefusal(person) ? null : person, details }), request };
      await store.transact(async (tx) => {
        await tx.signIns.insert(signIn);
        await append(tx, event, channels.audit);
      });
      deps.nudge();
      return { url: `${address(signInPaths.landing)}?s=${secret}`, expiresAt: signIn.expiresAt, signIn };
    },

    async landing(linkSecret) {
      const signIn = await store.signIns.byLink(hashOf(linkSecret));
      if (signIn === null) return refused(null, "link", unknownLink());
      const over = whyOver(signIn, clock.now());
      if (over !== null) return refused(signIn, "link", over);
      const text = await purposeOf(purposes, signIn).landing();
      return isRefusal(text) ? refused(signIn, "link", text) : text;
    },

    async toSlack(linkSecret, cookie) {
      const signIn = await store.signIns.byLink(hashOf(linkSecret));
      if (signIn === null) return refused(null, "link", unknownLink());
      const isBack = cookie !== null && isSame(signIn.browserHash, hashOf(cookie));
      const browser = isBack ? cookie : newSecret(random);
      const secrets = newSecrets(random);
      const next = step(signIn, { kind: "opened", browserHash: hashOf(browser), secrets }, clock.now());
      if (isRefusal(next)) return refused(signIn, "link", next);
      const to = await providers.slack.begin(secrets, address(signInPaths.slackCallback), {});
      if (isRefusal(to)) return refused(signIn, "slack", to);
      const isStored = await store.transact((tx) => tx.signIns.replace(next, signIn.revision));
      return isStored ? { to, cookie: browser } : refused(signIn, "link", taken(signIn));
    },

    async backFromSlack(cookie, url) {
      const at = await here(cookie, "slack", "at-slack");
      if (isRefusal(at)) return at;
      const back = { from: providers.slack, url, path: signInPaths.slackCallback, demands: {} };
      const came = await cameBack(at, "slack", back);
      if (isRefusal(came)) return came;
      const { signIn, proven } = came;
      const wrong = checkAccount(signIn, proven.slack);
      if (wrong !== null) return refused(signIn, "slack", wrong, "ends");
      const secrets = newSecrets(random);
      const { demands } = purposeOf(purposes, signIn);
      const to = await providers.company.begin(secrets, address(signInPaths.companyCallback), demands);
      if (isRefusal(to)) return refused(signIn, "company", to);
      const next = await move(signIn, { kind: "slack-proven", secrets }, "slack");
      return isRefusal(next) ? next : to;
    },

    async backFromCompany(cookie, url) {
      const at = await here(cookie, "company", "at-provider");
      if (isRefusal(at)) return at;
      const { demands, consent } = purposeOf(purposes, at.signIn);
      const back = { from: providers.company, url, path: signInPaths.companyCallback, demands };
      const came = await cameBack(at, "company", back);
      if (isRefusal(came)) return came;
      const { signIn, proven } = came;
      const text = await consent(proven);
      if (isRefusal(text)) return refused(signIn, "company", text, "ends");
      const next = await move(signIn, { kind: "subject-proven", proven, formToken: newSecret(random) }, "company");
      return isRefusal(next) ? next : null;
    },

    async consent(cookie) {
      const at = await here(cookie, "agree", "to-confirm");
      if (isRefusal(at)) return at;
      const { proven, formToken } = at.half;
      if (proven === null || formToken === null) return refused(at.signIn, "agree", forgotten(at.signIn));
      const text = await purposeOf(purposes, at.signIn).consent(proven);
      return isRefusal(text) ? refused(at.signIn, "agree", text, "ends") : { ...text, formToken };
    },

    async agree(cookie, formToken) {
      const at = await here(cookie, "agree", "to-confirm");
      if (isRefusal(at)) return at;
      const { proven } = at.half;
      if (!isSame(at.half.formToken, formToken)) return refused(at.signIn, "agree", otherForm(at.signIn));
      if (proven === null) return refused(at.signIn, "agree", forgotten(at.signIn));
      const next = step(at.signIn, { kind: "agreed" }, clock.now());
      if (isRefusal(next)) return refused(at.signIn, "agree", next);
      const done = await purposeOf(purposes, at.signIn).finish(next, proven);
      return isRefusal(done) ? refused(at.signIn, "agree", done, "ends") : done;
    },
  };
}

interface CameBack {
  /** With its secrets used up. */
  readonly signIn: SignIn;
  readonly proven: Authentication;
}

interface Back {
  readonly from: IdentityProvider;
  readonly url: URL;
  readonly path: string;
  readonly demands: SignInDemands;
}

function unknownLink(): Refusal {
  return refuse(
    "sign-in-over",
    "This link is not, or no longer, one of mine.",
    "In Slack, type login, or do again what gave you the link.",
  );
}

function otherBrowser(): Refusal {
  const what = "This browser is not the one that the sign-in was begun in, or it keeps no cookies.";
  return refuse("sign-in-over", what, "Go on in the browser in which you opened the link; or, in Slack, begin anew.");
}

function forgotten({ purpose }: SignIn): Refusal {
  const what = "What this sign-in had come to was erased in between.";
  return refuse("sign-in-over", what, anewWords(purpose));
}

function otherState({ purpose }: SignIn): Refusal {
  const what = "This answer belongs to another sign-in than the one that this browser is on.";
  return refuse("sign-in-refused", what, anewWords(purpose));
}

function otherIssuer({ purpose }: SignIn, proven: Authentication, from: IdentityProvider): Refusal {
  const what = `The answer is by ${proven.issuer}, and ${from.issuer} was asked.`;
  return refuse("sign-in-refused", what, anewWords(purpose));
}

function otherForm({ purpose }: SignIn): Refusal {
  const what = "What was sent does not come from the page that I showed in this browser.";
  return refuse("sign-in-refused", what, `Go back to that page and press its button. ${anewWords(purpose)}`);
}
