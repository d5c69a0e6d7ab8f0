// Sign-ins under way as rows: found by the hash of what the browser holds, their secrets sealed, gone an hour after their end.
import { createHash } from "node:crypto";
import type { SignInReads } from "../core/ports/store.ts";
import type { HalfSignIn, SignIn } from "../core/sign-in.ts";
import { type Database, statementOf } from "./dialect.ts";
import { openHex, type Sealer, sealHex } from "./sealing.ts";
import type { Transaction } from "./under-way.ts";

/** So long a page can still say that a link is used up or too old. */
const keptAfterEndMs = 3_600_000;

export function signInReads(database: Database, key: Uint8Array): SignInReads {
  const find = async (column: "link_hash" | "browser_hash", hash: string): Promise<SignIn | null> => {
    const found = database.selectFrom("sign_ins").select(["body", "secret"]).where(column, "=", hash);
    const row = await found.executeTakeFirst();
    return row === undefined ? null : signInOf(row, key);
  };
  return {
    byLink: (hash) => find("link_hash", hash),
    byBrowser: (hash) => find("browser_hash", hash),
  };
}

export function insertSignIn(
  transaction: Transaction,
  { signIn, now, sealer }: { readonly signIn: SignIn; readonly now: number; readonly sealer: Sealer },
): void {
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
        .updateTable("sign_ins")
        .set({ secret: null })
        .where("expires_at", "<=", now)
        .where("secret", "is not", null)
        .compile(),
    ),
    statementOf(
      db
        .insertInto("sign_ins")
        .values({
          ...{ id, link_hash: linkHash, browser_hash: browserHash, expires_at: expiresAt, revision },
          ...columnsOf(signIn, sealer),
        })
        .compile(),
    ),
  );
}

/** True, or false when the stored revision is another one. */
export async function replaceSignIn(
  transaction: Transaction,
  { next, expected, sealer }: { readonly next: SignIn; readonly expected: number; readonly sealer: Sealer },
): Promise<boolean> {
  if (next.revision !== expected + 1) {
    throw new Error(`revision ${next.revision} of sign-in ${next.id} cannot follow ${expected}`);
  }
  const changed = await transaction.database
    .updateTable("sign_ins")
    .set({ browser_hash: next.browserHash, revision: next.revision, ...columnsOf(next, sealer) })
    .where("id", "=", next.id)
    .where("revision", "=", expected)
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

interface Columns {
  readonly body: string;
  readonly secret: string | null;
}

function columnsOf({ half, ...clear }: SignIn, sealer: Sealer): Columns {
  const body = JSON.stringify(clear);
  return { body, secret: half === null ? null : sealHex(purposeOf(clear.id, body), JSON.stringify(half), sealer) };
}

function signInOf({ body, secret }: Columns, key: Uint8Array): SignIn {
  const clear = JSON.parse(body) as Omit<SignIn, "half">;
  const half = secret === null ? null : (JSON.parse(openHex(purposeOf(clear.id, body), secret, key)) as HalfSignIn);
  return { ...clear, half };
}

/** Opens beside exactly this body: who can write rows cannot put what one browser has proven under another's cookie. */
function purposeOf(id: string, body: string): string {
  return `sign-in ${id} ${createHash("sha256").update(body).digest("hex")}`;
}
