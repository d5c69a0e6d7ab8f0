// Retention of what is over and has no document: how it is found without reading all that is not over yet.
import type { Migration } from "../migrate.ts";

export const leftovers: Migration = {
  name: "0013-leftovers",
  statements: [
    "ALTER TABLE links ADD COLUMN pruned INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX links_ended ON links (ended_at) WHERE ended_at IS NOT NULL AND pruned = 0",
    "CREATE INDEX outbox_dropped ON outbox (created_at) WHERE dropped IS NOT NULL",
    "CREATE INDEX sent_when ON sent (sent_at)",
  ],
};
