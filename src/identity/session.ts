// The life of a sign-in: one browser, ten minutes, each step once, in one order.
import { timingSafeEqual } from "node:crypto";
import type { SlackAccount } from "../core/person.ts";
import type { Authentication, SignInSecrets } from "../core/ports/identity-provider.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import type { AccountLink, HalfSignIn, SignIn, SignInPurpose } from "../core/sign-in.ts";
import { anewWords, doneWords } from "./anew.ts";

/** Long enough for two sign-ins with a second factor on a phone. */
export const signInTakesMs = 10 * 60_000;

export type SignInEvent =
  /** A browser took the link up; the same browser may come back to it while it is at Slack. */
  | { readonly kind: "opened"; readonly browserHash: string; readonly secrets: SignInSecrets }
  /** The browser is back from a provider: whoever stores this step, and nobody else, may use the secrets of the leg. */
  | { readonly kind: "came-back" }
  | { readonly kind: "slack-proven"; readonly secrets: SignInSecrets }
  | { readonly kind: "subject-proven"; readonly proven: Authentication; readonly formToken: string }
  | { readonly kind: "agreed" }
  /** A proof was wrong: the sign-in is over. */
  | { readonly kind: "failed" };

export function beginSignIn(of: {
  readonly id: string;
  readonly purpose: SignInPurpose;
  readonly account: SlackAccount;
  readonly name: string;
  readonly linkHash: string;
  readonly now: number;
}): SignIn {
  const { now, ...rest } = of;
  const untouched = { state: "begun", browserHash: null, half: null } as const;
  return { ...rest, ...untouched, createdAt: now, expiresAt: now + signInTakesMs, revision: 1 };
}

const nextStates = {
  "slack-proven": { from: "at-slack", to: "at-provider" },
  "subject-proven": { from: "at-provider", to: "to-confirm" },
  agreed: { from: "to-confirm", to: "finished" },
} as const;

/** The next state, or why this cannot happen now; nothing follows a finished, refused or expired sign-in. */
export function step(signIn: SignIn, event: SignInEvent, now: number): SignIn | Refusal {
  const over = whyOver(signIn, now);
  if (over !== null) return over;
  const next = (part: Partial<SignIn>): SignIn => ({ ...signIn, ...part, revision: signIn.revision + 1 });
  if (event.kind === "failed") return next({ state: "refused", half: null });
  if (event.kind === "opened") {
    const { browserHash, secrets } = event;
    if (signIn.state === "begun" || (signIn.state === "at-slack" && isSame(signIn.browserHash, browserHash)))
      return next({ state: "at-slack", browserHash, half: { ...nothingYet, secrets } });
    return taken(signIn);
  }
  if (event.kind === "came-back") {
    const { half } = signIn;
    return half?.secrets == null ? outOfTurn(signIn) : next({ half: { ...half, secrets: null } });
  }
  const { from, to } = nextStates[event.kind];
  // Proven is what came back, and nothing before it has: the secrets of the leg are used up by then.
  const isTurn = signIn.state === from && signIn.half !== null && signIn.half.secrets === null;
  return isTurn ? next({ state: to, half: halfAfter(event) }) : outOfTurn(signIn);
}

const nothingYet: HalfSignIn = { secrets: null, proven: null, formToken: null };

function halfAfter(event: Extract<SignInEvent, { readonly kind: keyof typeof nextStates }>): HalfSignIn | null {
  switch (event.kind) {
    case "slack-proven":
      return { ...nothingYet, secrets: event.secrets };
    case "subject-proven":
      return { ...nothingYet, proven: event.proven, formToken: event.formToken };
    case "agreed":
      return null;
  }
}

/** Why nothing more can be done with it, or null. */
export function whyOver({ state, expiresAt, purpose }: SignIn, now: number): Refusal | null {
  const anew = anewWords(purpose);
  if (state === "finished")
    return refuse("sign-in-over", "This sign-in is already finished; it works once.", doneWords(purpose));
  if (state === "refused") return refuse("sign-in-over", "This sign-in was refused and is over.", anew);
  if (now >= expiresAt)
    return refuse("sign-in-over", "This sign-in was begun more than ten minutes ago and has expired.", anew);
  return null;
}

export function taken({ purpose }: Pick<SignIn, "purpose">): Refusal {
  return refuse(
    "sign-in-over",
    "This link was already opened, in this or another browser; it works in one browser, once.",
    `If that was not you, tell your security team. ${anewWords(purpose)}`,
  );
}

export function outOfTurn({ purpose }: Pick<SignIn, "purpose">): Refusal {
  return refuse(
    "sign-in-refused",
    "This page came at another time than its turn: a step before it is missing, or it was done already.",
    anewWords(purpose),
  );
}

const ownWords = {
  link: "To link your own account, type login in Slack yourself.",
  vote: "To approve something yourself, open its card in Slack.",
  "hand-over": "What is granted to you, you find in Slack by typing: grants me",
} as const satisfies Record<SignInPurpose["kind"], string>;

/** The Slack account that was proven in the browser must be the one that the command was typed with (T26). */
export function checkAccount(signIn: SignIn, slack: Authentication["slack"]): Refusal | null {
  if (slack === null)
    return refuse(
      "sign-in-refused",
      "Slack did not say which account signed in.",
      `${anewWords(signIn.purpose)} If it stays so, tell the admin of the bot.`,
    );
  if (slack.teamId === signIn.account.teamId && slack.userId === signIn.account.userId) return null;
  return refuse(
    "sign-in-refused",
    `This link is for another Slack account (${signIn.account.userId}) than the one that you just signed in with (${slack.userId}).`,
    `If somebody sent you this link, do not go on, and tell your security team. ${ownWords[signIn.purpose.kind]}`,
  );
}

/** For what only a linked person may do: the subject that was proven must be exactly the one that the account is linked with. */
export function checkSubject(signIn: SignIn, link: AccountLink | null, proven: Authentication): Refusal | null {
  const { userId } = signIn.account;
  if (link === null)
    return refuse(
      "not-linked",
      `Slack account ${userId} is not linked with any sign-in now.`,
      "In Slack, type login first; then begin this anew.",
    );
  if (link.link.issuer === proven.issuer && link.link.subject === proven.subject) return null;
  return refuse(
    "sign-in-refused",
    `You signed in as ${proven.name} (${proven.subject}), and Slack account ${userId} is linked with ${link.link.subject}.`,
    `Sign in as the one that is linked. ${anewWords(signIn.purpose)} If you did not begin this in Slack, tell your security team.`,
  );
}

/** Without a hint of where they differ. */
export function isSame(one: string | null, other: string | null): boolean {
  if (one === null || other === null) return false;
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
