// Locks on targets: all keys or none, where a key also covers what it contains.
import type { RequestId } from "../core/ids.ts";
import { statementOf } from "./dialect.ts";
import type { Transaction } from "./under-way.ts";

export interface HeldLock {
  readonly key: string;
  readonly owner: string;
}

/** `a:shop` and `a:shop/deployment/checkout` conflict; `a:shop` and `a:shopping` do not. */
export function conflicts(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
}

/** Who else holds something that one of the keys needs: of the first such key in the order asked for; or null. */
export function holderOf(keys: readonly string[], owner: string, held: readonly HeldLock[]): string | null {
  for (const key of keys) {
    const lock = held.find((candidate) => candidate.owner !== owner && conflicts(key, candidate.key));
    if (lock !== undefined) return lock.owner;
  }
  return null;
}

/**
 * Every held lock is read: there are as many as objects being written just now. Between that and the insertion nothing
 * comes, as transactions run one after another; the same key twice is refused by the table itself.
 */
export async function takeLocks(
  transaction: Transaction,
  keys: readonly string[],
  owner: RequestId,
): Promise<RequestId | null> {
  const held = await transaction.database.selectFrom("locks").selectAll().execute();
  const holder = holderOf(keys, owner, held);
  if (holder !== null) return holder as RequestId;
  const mine = new Set(held.map(({ key }) => key));
  const wanted = [...new Set(keys)].filter((key) => !mine.has(key)).sort();
  if (wanted.length === 0) return null;
  await transaction.database
    .insertInto("locks")
    .values(wanted.map((key) => ({ key, owner })))
    .execute();
  return null;
}

export function freeLocks(transaction: Transaction, owner: RequestId): void {
  transaction.later(statementOf(transaction.database.deleteFrom("locks").where("owner", "=", owner).compile()));
}
