// Delegations, and the one direct message that tells each person what waits for them.
import type { Migration } from "../migrate.ts";

export const askingPeople: Migration = {
  name: "0004-asking-people",
  statements: [
    `CREATE TABLE delegations (
      id TEXT NOT NULL PRIMARY KEY,
      from_user TEXT NOT NULL,
      to_user TEXT NOT NULL,
      until BIGINT NOT NULL,
      ended_at BIGINT,
      body TEXT NOT NULL
    )`,
    "CREATE INDEX delegations_open ON delegations (until) WHERE ended_at IS NULL",
    `CREATE TABLE digests (
      user_id TEXT NOT NULL PRIMARY KEY,
      revision BIGINT NOT NULL,
      quiet INTEGER NOT NULL,
      body TEXT NOT NULL
    )`,
    "CREATE INDEX digests_loud ON digests (quiet)",
  ],
};
