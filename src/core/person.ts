// Who somebody is: a Slack account, the human behind it, and how sure we are.
import type { Loan } from "./delegation.ts";
import type { GroupName, HumanId } from "./ids.ts";
import { asHumanId } from "./ids.ts";

/** A Slack account's key. Names and e-mail addresses are for showing, never for deciding (R9). */
export interface SlackAccount {
  readonly enterpriseId: string | null;
  readonly teamId: string;
  readonly userId: string;
}

/** A subject of the company's IdP; null until sign-in is linked. */
export interface Subject {
  readonly issuer: string;
  readonly subject: string;
}

/** `https://id.example.com#1a2b`, as the configuration names somebody by their sign-in; null for anything else. */
export function subjectIn(text: string): Subject | null {
  const [issuer = "", ...rest] = text.split("#");
  const subject = rest.join("#");
  return issuer.startsWith("https://") && subject !== "" ? { issuer, subject } : null;
}

/**
 * What the company's IdP said of a person at their last sign-in. Stored so, and nothing else of it: no token is kept (T28).
 */
export interface Link extends Subject {
  /** Only the claims that the configuration maps to names in clusters and other systems. */
  readonly claims: Readonly<Record<string, string>>;
  /** Groups as the IdP names them. */
  readonly groups: readonly string[];
  readonly linkedAt: number;
  /** The last sign-in: how old claims and groups are. */
  readonly seenAt: number;
  /** The last sign-in that met the configured demands of a step-up; null when there was none. */
  readonly steppedUpAt: number | null;
}

/** How the human behind an account is known, weakest first. */
export const assurances = ["none", "directory", "linked", "linked-step-up"] as const;
export type Assurance = (typeof assurances)[number];

export interface Person {
  readonly human: HumanId;
  readonly account: SlackAccount;
  readonly subject: Subject | null;
  readonly assurance: Assurance;
  /** For showing only. */
  readonly name: string;
  /** IANA zone of the person's Slack profile; "UTC" when unknown. */
  readonly zone: string;
  readonly groups: readonly GroupName[];
  /**
   * Those of `groups` that are known too weakly for the top tiers: by Slack's own user groups, which Slack's admins edit (R12).
   */
  readonly weakGroups?: readonly GroupName[];
  /** Not in `groups`: by a sign-in alone that is too old. They give nothing; a denial may still go by them (R12). */
  readonly lapsedGroups?: readonly GroupName[];
  /**
   * Groups of the IdP in which the person may be or not, while they have not signed in or did too long ago: what restricts takes
   * them for members.
   */
  readonly unknownGroups?: readonly GroupName[];
  /** Names of the on-call schedules that the person is on shift of now; absent where nobody has looked. */
  readonly onCall?: readonly string[];
  /** Schedules of which that is not known now, since their keepers do not answer. */
  readonly unknownSchedules?: readonly string[];
  /** What others lent them for a while, for countersigning only; absent when nothing is. */
  readonly lent?: readonly Loan[];
  /** Absent while the person has not signed in. */
  readonly link?: Link;
  /** The groups of `link`, and what else of it stands for groups, are too old to count for anything (R12). */
  readonly isLapsed?: boolean;
  /**
   * Other ids that this human is or was known by: of accounts and subjects that were ever linked to one another. A link that has
   * ended gives nothing, but whoever asked under one of these still does not countersign under another (R10).
   */
  readonly alsoKnownAs?: readonly HumanId[];
}

/** What of a person a record keeps. */
export interface PersonRef {
  readonly human: HumanId;
  readonly userId: string;
  readonly name: string;
}

/** One human, one id: the linked subject counts; without one the Slack account does (R10, R14). */
export function humanOf(account: SlackAccount, subject: Subject | null): HumanId {
  if (subject !== null) return asHumanId(`oidc:${subject.issuer}#${subject.subject}`);
  return asHumanId(`slack:${account.enterpriseId ?? account.teamId}/${account.userId}`);
}

/** Whether an id that stands in a record is this human's, under whichever account it was written. */
export function isHuman(person: Pick<Person, "human" | "alsoKnownAs">, human: HumanId): boolean {
  return person.human === human || person.alsoKnownAs?.includes(human) === true;
}

export function refOf(person: Person): PersonRef {
  return { human: person.human, userId: person.account.userId, name: person.name };
}
