// The channel of each message that waits, so that one channel's long line is not read before the others are looked at.
import type { Migration } from "../migrate.ts";

/** Of rows from before it is empty: they go on together, in their order, until the last of them is sent. */
export const outboxChannels: Migration = {
  name: "0011-outbox-channels",
  statements: [
    "ALTER TABLE outbox ADD COLUMN channel TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX outbox_channel ON outbox (channel, position) WHERE dropped IS NULL",
  ],
};
