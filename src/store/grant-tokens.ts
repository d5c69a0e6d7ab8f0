// Tokens of grants, sealed until they are handed over; what is erased is gone from the file too (secure_delete).
import type { RequestId } from "../core/ids.ts";
import type { IssuedToken } from "../core/ports/clusters.ts";
import type { GrantTokenReads, GrantTokenWrites } from "../core/ports/store.ts";
import { type Database, statementOf } from "./dialect.ts";
import { openHex, type Sealer, sealHex } from "./sealing.ts";
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
      const row = {
        request,
        expires_at: issued.expiresAt,
        sealed: sealHex(purposeOf(request), JSON.stringify(issued), sealer),
      };
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
      return JSON.parse(openHex(purposeOf(request), found.sealed, sealer.key)) as IssuedToken;
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
