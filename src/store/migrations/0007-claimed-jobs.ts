// Jobs that several processes may run: who has one in hand and until when, its place in line, and what it works on.
import type { Migration } from "../migrate.ts";

export const claimedJobs: Migration = {
  name: "0007-claimed-jobs",
  statements: [
    "ALTER TABLE jobs ADD COLUMN since BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE jobs ADD COLUMN targets TEXT",
    "ALTER TABLE jobs ADD COLUMN failures BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE jobs ADD COLUMN claimed_by TEXT",
    "ALTER TABLE jobs ADD COLUMN claimed_until BIGINT NOT NULL DEFAULT 0",
    "UPDATE jobs SET since = due_at",
    "CREATE INDEX jobs_kind ON jobs (kind, due_at)",
  ],
};
