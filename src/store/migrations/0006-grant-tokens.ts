// Tokens of grants that wait to be handed over: sealed, one row for the request that each was made for, erased when it is taken.
import type { Migration } from "../migrate.ts";

export const grantTokens: Migration = {
  name: "0006-grant-tokens",
  statements: [
    `CREATE TABLE grant_tokens (
      request TEXT NOT NULL PRIMARY KEY,
      expires_at BIGINT NOT NULL,
      sealed TEXT NOT NULL
    )`,
  ],
};
