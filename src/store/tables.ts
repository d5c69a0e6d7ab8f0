// The tables as the queries see them: one row type each, in the columns that SQLite and PostgreSQL both know.

export interface Tables {
  readonly requests: RequestRow;
  readonly request_objects: { request_id: string; object: string };
  readonly audit: AuditRow;
  /** One row: how many records the log holds and the hash of the newest. Every append compares and sets it. */
  readonly audit_head: { id: number; size: number; hash: string };
  readonly outbox: OutboxTableRow;
  readonly sent: { key: string; channel: string; ts: string; sent_at: number };
  readonly jobs: JobTableRow;
  readonly grants: {
    id: string;
    state: string;
    beneficiary: string;
    revision: number;
    planned_at: number;
    /** The grant's JSON; it never holds a token. */
    body: string;
  };
  /** `ended_at` is null while words are still to go. */
  readonly prunings: { seq: number; ended_at: number | null };
  readonly leases: { name: string; holder: string; until: number };
  readonly grant_tokens: {
    request: string;
    expires_at: number;
    /** AES-256-GCM, in hexadecimal. */
    sealed: string;
  };
  readonly locks: { key: string; owner: string };
  readonly settings: { name: string; value: string };
  readonly reviews: ReviewRow;
  readonly links: LinkRow;
  readonly sign_ins: {
    id: string;
    link_hash: string;
    browser_hash: string | null;
    expires_at: number;
    revision: number;
    /** The sign-in's JSON, without what `secret` holds. */
    body: string;
    /** AES-256-GCM, in hexadecimal: what is held between two pages; null before and after. */
    secret: string | null;
  };
  readonly seen: { key: string; until: number };
  readonly delegations: {
    id: string;
    from_user: string;
    to_user: string;
    until: number;
    ended_at: number | null;
    body: string;
  };
  readonly digests: { user_id: string; revision: number; quiet: number; body: string };
  /** The last number given out per name; a deleted row's number is never given out again. */
  readonly counters: { name: string; value: number };
}

export interface RequestRow {
  id: string;
  state: string;
  requester: string;
  card_channel: string;
  card_ts: string | null;
  asked_channel: string;
  asked_ts: string | null;
  revision: number;
  created_at: number;
  /** The request's JSON, without what `secret` holds. */
  body: string;
  /** AES-256-GCM, base64: what a sensitive plan must not leave in the clear; null otherwise, and after the end. */
  secret: string | null;
  /** What is left of a request whose document was pruned, as JSON; its other columns are empty then. */
  pruned: string | null;
}

export interface JobTableRow {
  id: string;
  kind: string;
  request: string;
  due_at: number;
  /** When it was first to be done: postponing it does not cost it its place in line. */
  since: number;
  /** JSON list of the lock keys that it works on, or null. */
  targets: string | null;
  failures: number;
  claimed_by: string | null;
  claimed_until: number;
}

export interface ReviewRow {
  id: string;
  request: string;
  /** Whose use it was. */
  human: string;
  state: string;
  opened_at: number;
  revision: number;
  /** The review's JSON. */
  body: string;
}

export interface LinkRow {
  id: string;
  team_id: string;
  user_id: string;
  issuer: string;
  subject: string;
  linked_at: number;
  ended_at: number | null;
  revision: number;
  /** The link's JSON: what the provider said of the person, and no token. */
  body: string;
  /** 1 once retention has taken what the provider said. */
  pruned: number;
}

export interface AuditRow {
  seq: number;
  at: number;
  code: string;
  request: string | null;
  user_id: string | null;
  /** The record's canonical JSON: the bytes that the tree's leaf is made of. */
  line: string;
}

export interface OutboxTableRow {
  id: number;
  /** Where it stands in the queue: a living message keeps the place of the row that it replaces. */
  position: number;
  key: string;
  living: number;
  created_at: number;
  due_at: number;
  attempts: number;
  /** Why it was given up, or null while it waits. */
  dropped: string | null;
  /** Which process sends it, until then. */
  claimed_by: string | null;
  claimed_until: number;
  /** An earlier sending of the same living message may still arrive until then; 0 where none is in doubt. */
  doubt_until: number;
  /** Where it goes; empty in rows from before channels were written down. */
  channel: string;
  body: string;
}
