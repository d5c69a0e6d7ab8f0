// What several replicas need to know of each other: who sends what, who holds which office, and that something changed.
import type { Migration } from "../migrate.ts";

export const severalReplicas: Migration = {
  name: "0008-several-replicas",
  statements: [
    "ALTER TABLE outbox ADD COLUMN claimed_by TEXT",
    "ALTER TABLE outbox ADD COLUMN claimed_until BIGINT NOT NULL DEFAULT 0",
    "CREATE TABLE leases (name TEXT NOT NULL PRIMARY KEY, holder TEXT NOT NULL, until BIGINT NOT NULL)",
    "INSERT INTO counters (name, value) VALUES ('links', 0)",
    "INSERT INTO counters (name, value) VALUES ('settings', 0)",
  ],
};
