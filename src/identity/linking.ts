// Whether a proven account and a proven subject may be linked, and what that does to links that are there.
import type { Link, SlackAccount } from "../core/person.ts";
import type { Authentication } from "../core/ports/identity-provider.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import type { AccountLink } from "../core/sign-in.ts";

export interface LinkFacts {
  /** For a link that has to be made. */
  readonly id: string;
  readonly account: SlackAccount;
  readonly proven: Authentication;
  /** The account's link that has not ended. */
  readonly ofAccount: AccountLink | null;
  /** The subject's link that has not ended. */
  readonly ofSubject: AccountLink | null;
  /** The account's link to another provider than the configured one: it counts for nothing and gives way. */
  readonly outdated: AccountLink | null;
  /** Whether the account of `ofSubject` is a full, active member now; "unknown" when Slack does not say. */
  readonly otherAccount: "active" | "gone" | "unknown";
  readonly now: number;
}

export interface Linking {
  /**
   * `refresh`: the same account and subject again, claims and groups are as of now. `relink`: the subject's person has another
   * Slack account now, and the old one is not active any more.
   */
  readonly kind: "link" | "refresh" | "relink";
  readonly made: AccountLink;
  /** Links that end with it, as they are to be stored. */
  readonly ends: readonly AccountLink[];
}

/** One active Slack account per subject, one subject per account; fails closed while Slack does not say (R9, R10). */
export function decideLink(facts: LinkFacts): Linking | Refusal {
  const { account, proven, ofAccount, ofSubject, outdated, now } = facts;
  if (ofAccount !== null) {
    const { link } = ofAccount;
    if (link.issuer === proven.issuer && link.subject === proven.subject)
      return { kind: "refresh", made: refreshed(ofAccount, linkOf(proven, now)), ends: [] };
    return refuse(
      "linked-elsewhere",
      `Your Slack account is linked to another sign-in (${link.subject}) than ${proven.name} (${proven.subject}).`,
      "Sign in as the one that is linked; or, in Slack, type logout to end that link, then login.",
    );
  }
  const made = { id: facts.id, account, link: linkOf(proven, now), endedAt: null, revision: 1 };
  const ends = outdated === null ? [] : [ended(outdated, now)];
  if (ofSubject === null) return { kind: "link", made, ends };
  if (facts.otherAccount === "gone") return { kind: "relink", made, ends: [...ends, ended(ofSubject, now)] };
  if (facts.otherAccount === "unknown")
    return refuse(
      "identity-unknown",
      `${proven.name} is linked to the Slack account ${ofSubject.account.userId}, and Slack does not say whether that one is still active.`,
      "In Slack, type login in a minute.",
    );
  return refuse(
    "linked-elsewhere",
    `${proven.name} is already linked to the Slack account ${ofSubject.account.userId}, which is active.`,
    `Type logout from that account; or let an admin type: unlink @${ofSubject.account.userId}. If it is not yours, tell your security team.`,
  );
}

export function ended(link: AccountLink, now: number): AccountLink {
  return { ...link, endedAt: now, revision: link.revision + 1 };
}

/** A later sign-in of the same subject: since when they are linked, and the last step-up, stay. */
export function refreshed(before: AccountLink, now: Link): AccountLink {
  const { linkedAt, steppedUpAt } = before.link;
  return { ...before, link: { ...now, linkedAt, steppedUpAt }, revision: before.revision + 1 };
}

function linkOf({ issuer, subject, claims, groups }: Authentication, now: number): Link {
  return { issuer, subject, claims, groups, linkedAt: now, seenAt: now, steppedUpAt: null };
}
