// Grants: access for a time, one row each, from its approval on.
import type { Migration } from "../migrate.ts";

export const grants: Migration = {
  name: "0003-grants",
  statements: [
    `CREATE TABLE grants (
      id TEXT NOT NULL PRIMARY KEY,
      state TEXT NOT NULL,
      beneficiary TEXT NOT NULL,
      revision BIGINT NOT NULL,
      planned_at BIGINT NOT NULL,
      body TEXT NOT NULL
    )`,
    "CREATE INDEX grants_state ON grants (state, planned_at)",
    "CREATE INDEX grants_beneficiary ON grants (beneficiary, planned_at)",
  ],
};
