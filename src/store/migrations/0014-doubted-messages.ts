// Until when an earlier sending of a living message may still arrive in Slack, and take the place of a newer form.
import type { Migration } from "../migrate.ts";

export const doubtedMessages: Migration = {
  name: "0014-doubted-messages",
  statements: ["ALTER TABLE outbox ADD COLUMN doubt_until BIGINT NOT NULL DEFAULT 0"],
};
