// Signing in, as verbs see it: a link to begin with, what is known of somebody, and the end of a link.
import type { GroupName, RequestId } from "../ids.ts";
import type { Person } from "../person.ts";
import type { Refusal } from "../refusal.ts";

export interface Identity {
  /** For people: "Example Corp sign-in"; null where no sign-in is configured. */
  readonly provider: string | null;
  /**
   * A link that proves who opens it, good for one browser and ten minutes; only for the person's own eyes. Recorded. Twice gives
   * two links, each good. Refuses with `sign-in-off`.
   */
  begin(person: Person): Promise<SignInOffer | Refusal>;
  /**
   * A link to the page that shows the kubeconfig of a token grant to its holder, once; like `begin`'s. Refuses with `sign-in-off`,
   * and for whoever could not fetch it now.
   */
  handOver(person: Person, grant: RequestId): Promise<SignInOffer | Refusal>;
  /** Where each of the person's groups comes from, and what is too weak; without waiting. */
  standing(person: Person): IdentityStanding;
  /** Ends the person's own link. Recorded; twice refuses with `not-linked`. */
  logOut(person: Person): Promise<EndedLink | Refusal>;
  /** Ends somebody's link and tells them. Recorded; twice refuses with `not-linked`. */
  unlink(userId: string, by: Person, reason: string | null): Promise<EndedLink | Refusal>;
}

export interface SignInOffer {
  readonly url: string;
  readonly expiresAt: number;
}

export interface EndedLink {
  readonly subject: string;
  readonly issuer: string;
  readonly linkedAt: number;
}

export interface IdentityStanding {
  readonly groups: readonly GroupStanding[];
  /** One sentence when what the provider said is too old, with what to type; null otherwise. */
  readonly tooOld: string | null;
}

export interface GroupStanding {
  readonly group: GroupName;
  /** "by the configuration", "by Slack's user group @platform", "by “sre” of Example Corp sign-in", "through platform" */
  readonly from: readonly string[];
  /** `weak`: too weak for the top tiers. `lapsed`: too old to give anything. */
  readonly is: "sure" | "weak" | "lapsed";
}
