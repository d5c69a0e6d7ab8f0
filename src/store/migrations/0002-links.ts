// Links of Slack accounts to subjects of the identity provider, and the sign-ins that make them.
import type { Migration } from "../migrate.ts";

export const linkTables: Migration = {
  name: "0002-links",
  statements: [
    `CREATE TABLE links (
      id TEXT NOT NULL PRIMARY KEY,
      team_id TEXT NOT NULL,
      user_id TEXT NOT NULL,
      issuer TEXT NOT NULL,
      subject TEXT NOT NULL,
      linked_at BIGINT NOT NULL,
      ended_at BIGINT,
      revision BIGINT NOT NULL,
      body TEXT NOT NULL
    )`,
    "CREATE UNIQUE INDEX links_account ON links (team_id, user_id) WHERE ended_at IS NULL",
    "CREATE UNIQUE INDEX links_subject ON links (issuer, subject) WHERE ended_at IS NULL",
    `CREATE TABLE sign_ins (
      id TEXT NOT NULL PRIMARY KEY,
      link_hash TEXT NOT NULL UNIQUE,
      browser_hash TEXT UNIQUE,
      expires_at BIGINT NOT NULL,
      revision BIGINT NOT NULL,
      body TEXT NOT NULL
    )`,
    "CREATE INDEX sign_ins_expires ON sign_ins (expires_at)",
  ],
};
