// Tokens of grants, sealed until they are handed over; what is erased is gone from the file too (secure_delete).
import type { RequestId } from "../core/ids.ts";
import type { IssuedToken } from "../core/ports/clusters.ts";
import type { GrantTokenReads, GrantTokenWrites } from "../core/ports/store.ts";
import { type Database, statementOf } from "./dialect.ts";
import { decrypt, encrypt, type Sealer } from "./sealing.ts";
import type { Transaction } from "./under-way.ts";

export function grantTokenReads(database: Database): GrantTokenReads {
  return {
    async expiresAt(request) {
      const row = await database
        .selectFrom("grant_tokens")
        .select("expires_at")
        .where("request", "=", request)
        .executeTakeFirst();
      return row?.expires_at ?? null;
    },
  };
}

export function grantTokensIn(transaction: Transaction, sealer: Sealer): GrantTokenReads & GrantTokenWrites {
  return {
    expiresAt: (request) => grantTokenReads(transaction.database).expiresAt(request),
    async put(request, issued) {
      const { database } = transaction;
      const row = { request, expires_at: issued.expiresAt, sealed: sealed(request, issued, sealer) };
      transaction.later(
        statementOf(database.deleteFrom("grant_tokens").where("request", "=", request).compile()),
        statementOf(database.insertInto("grant_tokens").values(row).compile()),
      );
    },
    async take(request) {
      const found = await transaction.database
        .selectFrom("grant_tokens")
        .select("sealed")
        .where("request", "=", request)
        .executeTakeFirst();
      if (found === undefined) return null;
      erase(transaction, request);
      return JSON.parse(decrypt(purposeOf(request), fromHex(found.sealed), sealer.key)) as IssuedToken;
    },
    erase: async (request) => erase(transaction, request),
  };
}

function erase(transaction: Transaction, request: RequestId): void {
  transaction.later(
    statementOf(transaction.database.deleteFrom("grant_tokens").where("request", "=", request).compile()),
  );
}

/** What a ciphertext is of: it opens as nothing else that is sealed with the same key. */
const purposeOf = (request: RequestId): string => `token of ${request}`;

/** In hexadecimal: who searches a dump for the beginnings of tokens finds none, not even by chance. */
function sealed(request: RequestId, issued: IssuedToken, sealer: Sealer): string {
  return Buffer.from(encrypt(purposeOf(request), JSON.stringify(issued), sealer), "base64").toString("hex");
}

function fromHex(text: string): string {
  return Buffer.from(text, "hex").toString("base64");
}
