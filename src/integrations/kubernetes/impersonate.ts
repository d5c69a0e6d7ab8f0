// Under whose name a call is made: the bot's own account, or a person through impersonation headers.
import type { ImpersonationConfig } from "../../core/config.ts";
import { fitsAny } from "../../core/glob.ts";
import { claimOf } from "../../core/link-claim.ts";
import type { Link, Person } from "../../core/person.ts";
import type { Caller } from "../../core/ports/clusters.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import { approvedGroup, approvedPrefix } from "../../core/role.ts";

/** What a person is called in a cluster. */
export interface Impersonation {
  readonly user: string;
  /** null: none is sent. */
  readonly uid: string | null;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, string>>;
}

/** null: the bot itself. */
export type Who = Impersonation | null | Refusal;

export type Headers = Readonly<Record<string, string | readonly string[]>>;

/**
 * The caller's name in a cluster by its mapping. Without a mapping everybody is the bot. Refuses with `not-linked` when the
 * sign-in gives no name, and with `cluster-forbids` for names that only the cluster or an approval may give: `system:masters`
 * would be above every rule, and `countersign:approved:…` past every vote (T21). Groups that are too old are not sent: reads go
 * without them, and changes are refused with `groups-too-old`, since a group may also keep its members from something (R12).
 */
export function whoIs(cluster: string, mapping: ImpersonationConfig | null, caller: Caller): Who {
  if (caller.kind === "bot" || mapping === null) return null;
  const { link } = caller.person;
  const own =
    link === undefined
      ? unlinked(cluster, mapping, caller.person)
      : linked(cluster, mapping, { ...caller.person, link });
  if (isRefusal(own)) return own;
  if (isWithoutGroups(mapping, caller.person) && caller.role !== null) return tooOld(cluster, caller.person);
  const bad = badName(own);
  if (bad !== null) return badlyNamed(cluster, bad);
  return caller.role === null ? own : { ...own, groups: [...own.groups, approvedGroup(caller.role)] };
}

function unlinked(cluster: string, { unlinked: them }: ImpersonationConfig, person: Person): Impersonation | Refusal {
  if (them !== null) return { user: them.user, uid: null, groups: them.groups, extra: {} };
  return refuse(
    "not-linked",
    `Cluster ${cluster} can't know who ${person.name} is, who has not signed in.`,
    "Sign in once, and everything runs with your own rights: type login",
  );
}

interface Linked extends Person {
  readonly link: Link;
}

function linked(cluster: string, mapping: ImpersonationConfig, person: Linked): Impersonation | Refusal {
  const { link } = person;
  const name = claimOf(link, mapping.user.claim);
  if (name === "") return unnamed(cluster, mapping.user.claim, person);
  // As the API server's own OIDC authenticator does: an address that the IdP did not verify is anybody's.
  if (mapping.user.claim === "email" && link.claims.email_verified === "false")
    return unnamed(cluster, "verified email", person);
  const uid = mapping.uidClaim === null ? null : claimOf(link, mapping.uidClaim);
  if (uid === "") return unnamed(cluster, mapping.uidClaim ?? "", person);
  const extra = Object.entries(mapping.extra).map(([key, claim]) => [key, claimOf(link, claim)] as const);
  return {
    user: `${mapping.user.prefix}${name}`,
    uid,
    groups: isWithoutGroups(mapping, person) ? [] : groupsOf(mapping, link),
    extra: Object.fromEntries(extra.filter(([, value]) => value !== "")),
  };
}

/** The person has groups there, and what the sign-in said of them is too old to count. */
export function isWithoutGroups({ groups }: ImpersonationConfig, { link, isLapsed }: Person): boolean {
  return groups !== null && link !== undefined && isLapsed === true;
}

function tooOld(cluster: string, { name }: Person): Refusal {
  return refuse(
    "groups-too-old",
    `What the sign-in of ${name} said about their groups is too old, so nothing is changed in cluster ${cluster} in their name until they type login.`,
    "Type login, sign in, and try again.",
  );
}

function groupsOf({ groups }: ImpersonationConfig, link: Link): readonly string[] {
  if (groups === null) return [];
  const { from, only, prefix } = groups;
  const one = from === "idp" ? "" : claimOf(link, from);
  const named = from === "idp" ? link.groups : one === "" ? [] : [one];
  const counted = only === null ? named : named.filter((name) => fitsAny(only, name));
  return [...new Set(counted.map((name) => `${prefix}${name}`))];
}

function unnamed(cluster: string, claim: string, { name }: Person): Refusal {
  return refuse(
    "not-linked",
    `Cluster ${cluster} can't know who ${name} is: the sign-in gave no ${claim}, by which people are named there.`,
    "Sign in again with login; if it stays so, whoever runs the bot must look at clusters[].impersonation.",
  );
}

/** What a header can carry as it is: an API server would trim other ends, and sees nothing else as one name. */
const safe = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/;

function badName({ user, uid, groups, extra }: Impersonation): string | null {
  const names = [user, ...groups];
  const reserved = (name: string): boolean => name.startsWith("system:") || name.startsWith(approvedPrefix);
  const sent = [...names, ...(uid === null ? [] : [uid]), ...Object.values(extra)];
  return names.find(reserved) ?? sent.find((text) => !safe.test(text)) ?? null;
}

function badlyNamed(cluster: string, name: string): Refusal {
  return refuse(
    "cluster-forbids",
    `Nobody is impersonated as “${name}” in cluster ${cluster}: such a name is the cluster's own, or no header can carry it.`,
    "Ask whoever runs the bot to give it a prefix, or to leave it out with groups.only, in clusters[].impersonation.",
  );
}

/** Each group in a header of its own, which only a raw request can do. */
export function impersonationHeaders(who: Impersonation | null, requestId: string | null): Headers {
  if (who === null) return {};
  const extra = requestId === null ? who.extra : { ...who.extra, "countersign.dev/request": requestId };
  return {
    "impersonate-user": who.user,
    ...(who.uid === null ? {} : { "impersonate-uid": who.uid }),
    ...(who.groups.length === 0 ? {} : { "impersonate-group": who.groups }),
    ...Object.fromEntries(
      Object.entries(extra).map(([key, value]) => [
        `impersonate-extra-${encodeURIComponent(key).toLowerCase()}`,
        value,
      ]),
    ),
  };
}
