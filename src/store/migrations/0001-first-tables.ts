// The first tables: requests, audit log, outbox, jobs, locks, settings and marks of what was seen.
import type { Migration } from "../migrate.ts";

export const firstTables: Migration = {
  name: "0001-first-tables",
  statements: [
    `CREATE TABLE requests (
      id TEXT NOT NULL PRIMARY KEY,
      state TEXT NOT NULL,
      requester TEXT NOT NULL,
      card_channel TEXT NOT NULL,
      card_ts TEXT,
      asked_channel TEXT NOT NULL,
      asked_ts TEXT,
      revision BIGINT NOT NULL,
      created_at BIGINT NOT NULL,
      body TEXT NOT NULL,
      secret TEXT
    )`,
    "CREATE INDEX requests_state ON requests (state, created_at)",
    "CREATE INDEX requests_requester ON requests (requester, created_at)",
    "CREATE INDEX requests_card ON requests (card_channel, card_ts)",
    "CREATE INDEX requests_asked ON requests (asked_channel, asked_ts)",
    "CREATE INDEX requests_created ON requests (created_at)",
    `CREATE TABLE request_objects (
      request_id TEXT NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
      object TEXT NOT NULL,
      PRIMARY KEY (request_id, object)
    )`,
    "CREATE INDEX request_objects_object ON request_objects (object)",
    `CREATE TABLE audit (
      seq INTEGER NOT NULL PRIMARY KEY,
      at BIGINT NOT NULL,
      code TEXT NOT NULL,
      request TEXT,
      user_id TEXT,
      line TEXT NOT NULL
    )`,
    "CREATE INDEX audit_request ON audit (request, seq) WHERE request IS NOT NULL",
    "CREATE INDEX audit_user ON audit (user_id, seq) WHERE user_id IS NOT NULL",
    `CREATE TABLE audit_head (
      id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
      size BIGINT NOT NULL,
      hash TEXT NOT NULL
    )`,
    `INSERT INTO audit_head (id, size, hash) VALUES (1, 0, '')`,
    `CREATE TABLE outbox (
      id INTEGER NOT NULL PRIMARY KEY,
      position BIGINT NOT NULL,
      key TEXT NOT NULL,
      living INTEGER NOT NULL,
      created_at BIGINT NOT NULL,
      due_at BIGINT NOT NULL,
      attempts INTEGER NOT NULL,
      dropped TEXT,
      body TEXT NOT NULL
    )`,
    "CREATE INDEX outbox_due ON outbox (position) WHERE dropped IS NULL",
    "CREATE INDEX outbox_key ON outbox (key) WHERE dropped IS NULL",
    `CREATE TABLE sent (
      key TEXT NOT NULL PRIMARY KEY,
      channel TEXT NOT NULL,
      ts TEXT NOT NULL,
      sent_at BIGINT NOT NULL
    )`,
    "CREATE INDEX sent_place ON sent (channel, ts)",
    `CREATE TABLE jobs (
      id TEXT NOT NULL PRIMARY KEY,
      kind TEXT NOT NULL,
      request TEXT NOT NULL,
      due_at BIGINT NOT NULL
    )`,
    "CREATE INDEX jobs_due ON jobs (due_at)",
    "CREATE TABLE locks (key TEXT NOT NULL PRIMARY KEY, owner TEXT NOT NULL)",
    "CREATE INDEX locks_owner ON locks (owner)",
    "CREATE TABLE settings (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE seen (key TEXT NOT NULL PRIMARY KEY, until BIGINT NOT NULL)",
    "CREATE INDEX seen_until ON seen (until)",
    "CREATE TABLE counters (name TEXT NOT NULL PRIMARY KEY, value BIGINT NOT NULL)",
    "INSERT INTO counters (name, value) VALUES ('outbox', 0)",
  ],
};
