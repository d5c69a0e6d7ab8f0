// Of each living message one row that waits: the next one takes its place in one statement.
import type { Migration } from "../migrate.ts";

export const oneLivingRow: Migration = {
  name: "0012-one-living-row",
  statements: [
    `DELETE FROM outbox WHERE living = 1 AND dropped IS NULL AND EXISTS (
      SELECT 1 FROM outbox newer
      WHERE newer.key = outbox.key AND newer.living = 1 AND newer.dropped IS NULL AND newer.id > outbox.id)`,
    "CREATE UNIQUE INDEX outbox_living ON outbox (key) WHERE living = 1 AND dropped IS NULL",
  ],
};
