// Reviews of break-glass uses: who opened what, until when somebody must have looked, and what they said.
import type { Migration } from "../migrate.ts";

export const reviews: Migration = {
  name: "0005-reviews",
  statements: [
    `CREATE TABLE reviews (
      id TEXT NOT NULL PRIMARY KEY,
      request TEXT NOT NULL,
      human TEXT NOT NULL,
      state TEXT NOT NULL,
      opened_at BIGINT NOT NULL,
      revision BIGINT NOT NULL,
      body TEXT NOT NULL
    )`,
    "CREATE INDEX reviews_request ON reviews (request, opened_at)",
    "CREATE INDEX reviews_human ON reviews (human, state)",
    "CREATE INDEX reviews_state ON reviews (state, opened_at)",
  ],
};
