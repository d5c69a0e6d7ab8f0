// Every link there is or was, in memory: who an account is must be known at once, and while the disk is gone too.
import type { HumanId } from "../core/ids.ts";
import { humanOf, type SlackAccount, type Subject } from "../core/person.ts";
import type { AccountLink } from "../core/sign-in.ts";

/**
 * A copy of the store's links: whoever commits a change to one calls `keep` right after, before anything else is awaited. What
 * another replica commits is kept once it is seen, a second or two later.
 */
export interface LinkBook {
  /** The one of the configured provider that has not ended, or null. */
  ofAccount(account: SlackAccount): AccountLink | null;
  ofSubject(subject: Subject): AccountLink | null;
  /** The account's link to another provider that has not ended. */
  outdated(account: SlackAccount): AccountLink | null;
  /** Accounts whose provider names one of these groups. */
  inGroups(idpGroups: readonly string[]): readonly SlackAccount[];
  /** Every id of accounts and subjects that were ever linked to this account, over any number of links; its own among them. */
  idsOf(account: SlackAccount): readonly HumanId[];
  /** A link as it is committed; one that is known in a later revision stays as it is known. */
  keep(link: AccountLink): void;
}

/** Links to another issuer than this give nothing; null: no provider is configured, and none gives anything. */
export function makeLinkBook(links: readonly AccountLink[], issuer: string | null): LinkBook {
  const byId = new Map(links.map((link) => [link.id, link]));
  const active = { accounts: new Map<string, AccountLink>(), subjects: new Map<string, AccountLink>() };
  /** Ids that were linked to one another. */
  const joined = new Map<HumanId, Set<HumanId>>();
  const enter = (link: AccountLink): void => {
    const ids = [humanOf(link.account, null), humanOf(link.account, link.link)] as const;
    join(joined, ids[0], ids[1]);
    join(joined, ids[1], ids[0]);
    for (const [map, key] of [
      [active.accounts, ids[0]],
      [active.subjects, ids[1]],
    ] as const) {
      if (link.endedAt === null && link.link.issuer === issuer) map.set(key, link);
      else if (map.get(key)?.id === link.id) map.delete(key);
    }
  };
  for (const link of byId.values()) enter(link);
  return {
    ofAccount: (account) => active.accounts.get(humanOf(account, null)) ?? null,
    ofSubject: (subject) => active.subjects.get(`oidc:${subject.issuer}#${subject.subject}`) ?? null,
    outdated: (account) =>
      [...byId.values()].find(
        (one) =>
          one.endedAt === null && one.link.issuer !== issuer && humanOf(one.account, null) === humanOf(account, null),
      ) ?? null,
    inGroups: (names) =>
      [...active.accounts.values()]
        .filter(({ link }) => names.some((name) => link.groups.includes(name)))
        .map(({ account }) => account),
    idsOf: (account) => {
      const found = new Set([humanOf(account, null)]);
      // What is added while looking is looked at too.
      for (const id of found) for (const other of joined.get(id) ?? []) found.add(other);
      return [...found];
    },
    keep: (link) => {
      const known = byId.get(link.id);
      if (known !== undefined && known.revision > link.revision) return;
      byId.set(link.id, link);
      enter(link);
    },
  };
}

function join(joined: Map<HumanId, Set<HumanId>>, one: HumanId, other: HumanId): void {
  joined.set(one, (joined.get(one) ?? new Set()).add(other));
}
