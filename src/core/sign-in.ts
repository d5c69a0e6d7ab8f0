// A sign-in under way: one browser, two providers, one purpose. And what a finished one leaves: a link.
import type { Digest } from "./digest.ts";
import type { RequestId } from "./ids.ts";
import type { Link, SlackAccount } from "./person.ts";
import type { StepUp } from "./policy.ts";
import type { Authentication, SignInSecrets } from "./ports/identity-provider.ts";
import type { VoteInput } from "./ports/surface.ts";

/**
 * What a sign-in is for. Every purpose takes the same way through the browser (Slack proves the account, then the company's
 * provider the subject) and differs in what it demands and in what happens at its end; who adds one here is led by the
 * compiler to `purposes` in `dispatch/sign-in/purposes.ts`.
 */
export type SignInPurpose =
  | { readonly kind: "link" }
  | VotePurpose
  /** The kubeconfig of a token grant, for its holder, once. */
  | HandOverPurpose;

/** One approval that takes a fresh sign-in of its own, and everything that this one is bound to (R21). */
export interface VotePurpose {
  readonly kind: "vote";
  /** What was submitted in Slack, for `vote` again; it names the request, its version, and the form by its token. */
  readonly input: VoteInput;
  readonly digest: Digest;
  /** Shown in Slack and on each page: whoever sees two different ones was led to somebody else's sign-in. */
  readonly matchCode: string;
  readonly demands: StepUp;
}

export interface HandOverPurpose {
  readonly kind: "hand-over";
  readonly grant: RequestId;
}

/** The request, or grant, that it is about; a grant's id is its request's. */
export function requestOfPurpose(purpose: SignInPurpose): RequestId | null {
  switch (purpose.kind) {
    case "link":
      return null;
    case "vote":
      return purpose.input.request;
    case "hand-over":
      return purpose.grant;
  }
}

export const signInStates = [
  "begun", // the link was given in Slack, no browser has it yet
  "at-slack", // bound to a browser, which is proving the Slack account
  "at-provider", // Slack proven; the browser is proving the subject
  "to-confirm", // both proven; the person has to agree
  "finished", // done: nothing more can be done with it
  "refused", // a proof was not what it must be
] as const;
export type SignInState = (typeof signInStates)[number];

/** What is held between two pages. At rest it is sealed, and erased with the end. */
export interface HalfSignIn {
  /** Of the leg that the browser is on; taken out before they are used, so that they are used once. */
  readonly secrets: SignInSecrets | null;
  readonly proven: Authentication | null;
  /** In the form of the page that asks to agree. */
  readonly formToken: string | null;
}

/** What the store keeps of it. In the clear are hashes of what the browser holds, and nothing that a provider ever said. */
export interface SignIn {
  readonly id: string;
  readonly purpose: SignInPurpose;
  /** Whose sign-in it is: who typed the command. */
  readonly account: SlackAccount;
  /** For showing only. */
  readonly name: string;
  readonly state: SignInState;
  /** SHA-256 in hex of the secret in the link. */
  readonly linkHash: string;
  /** SHA-256 in hex of the secret in the browser's cookie; null until a browser has taken it up. */
  readonly browserHash: string | null;
  /** null before a browser took it up, and after its end. */
  readonly half: HalfSignIn | null;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** Every change adds one; compare-and-set is on this. */
  readonly revision: number;
}

/** A Slack account and its subject, now or once: ended links stay, so that accounts of one human are known as such (R10). */
export interface AccountLink {
  readonly id: string;
  readonly account: SlackAccount;
  readonly link: Link;
  readonly endedAt: number | null;
  /** Every change adds one; compare-and-set is on this. */
  readonly revision: number;
}
