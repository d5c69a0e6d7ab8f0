// Sign-ins under way as rows: found by the hash of what the browser holds, gone an hour after their end.
import type { SignInReads } from "../core/ports/store.ts";
import type { SignIn } from "../core/sign-in.ts";
import { type Database, statementOf } from "./dialect.ts";
import type { Transaction } from "./under-way.ts";

/** So long a page can still say that a link is used up or too old. */
const keptAfterEndMs = 3_600_000;

export function signInReads(database: Database): SignInReads {
  const find = async (column: "link_hash" | "browser_hash", hash: string): Promise<SignIn | null> => {
    const row = await database.selectFrom("sign_ins").select("body").where(column, "=", hash).executeTakeFirst();
    return row === undefined ? null : (JSON.parse(row.body) as SignIn);
  };
  return {
    byLink: (hash) => find("link_hash", hash),
    byBrowser: (hash) => find("browser_hash", hash),
  };
}

export function insertSignIn(transaction: Transaction, signIn: SignIn, now: number): void {
  const db = transaction.database;
  const { id, linkHash, browserHash, expiresAt, revision } = signIn;
  transaction.later(
    statementOf(
      db
        .deleteFrom("sign_ins")
        .where("expires_at", "<=", now - keptAfterEndMs)
        .compile(),
    ),
    statementOf(
      db
        .insertInto("sign_ins")
        .values({
          ...{ id, link_hash: linkHash, browser_hash: browserHash, expires_at: expiresAt, revision },
          body: JSON.stringify(signIn),
        })
        .compile(),
    ),
  );
}

/** True, or false when the stored revision is another one. */
export async function replaceSignIn(transaction: Transaction, next: SignIn, expected: number): Promise<boolean> {
  if (next.revision !== expected + 1) {
    throw new Error(`revision ${next.revision} of sign-in ${next.id} cannot follow ${expected}`);
  }
  const changed = await transaction.database
    .updateTable("sign_ins")
    .set({ browser_hash: next.browserHash, revision: next.revision, body: JSON.stringify(next) })
    .where("id", "=", next.id)
    .where("revision", "=", expected)
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}
