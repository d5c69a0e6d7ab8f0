// Prunings whose words are still to go, and what is left of a request whose document went.
import type { Migration } from "../migrate.ts";

export const prunings: Migration = {
  name: "0010-prunings",
  statements: [
    "CREATE TABLE prunings (seq INTEGER NOT NULL PRIMARY KEY, ended_at BIGINT)",
    "ALTER TABLE requests ADD COLUMN pruned TEXT",
  ],
};
