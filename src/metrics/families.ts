// Every metric of the bot's own, as data: what is registered, and what the reference page says.

export interface Family {
  readonly kind: "counter" | "gauge" | "histogram";
  readonly help: string;
  /** Label → the values it can have, in words: each is bounded by the code or by the configuration. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Upper bounds, in the metric's unit. */
  readonly buckets?: readonly number[];
}

const surfaces = "`command`, `ready` (answered in the acknowledgement), `vote`, `form`, `button`, `home`";

export const families = {
  countersign_build_info: {
    kind: "gauge",
    help: "Always 1; what runs.",
    labels: { version: "the bot's version", node: "Node's version" },
  },
  countersign_ack_seconds: {
    kind: "histogram",
    help: "From a payload of Slack to its acknowledgement, which Slack awaits for three seconds.",
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3],
  },
  countersign_answer_seconds: {
    kind: "histogram",
    help: "From what somebody asked to its decided answer.",
    labels: { surface: surfaces },
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  },
  countersign_answers_total: {
    kind: "counter",
    help: "Answers by how they came out.",
    labels: { surface: surfaces, outcome: "`ok`, `refused`" },
  },
  countersign_commit_seconds: {
    kind: "histogram",
    help: "A durable transaction of the store, waiting for its turn included.",
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 2.5],
  },
  countersign_commit_failures_total: {
    kind: "counter",
    help: "Transactions that the store did not take: it was full, gone, or too slow.",
  },
  countersign_audit_events_total: {
    kind: "counter",
    help: "Records of the audit log that this process committed.",
    labels: { code: "an event's code, of [audit events](audit-events.md)", outcome: "`ok`, `refused`, `failed`" },
  },
  countersign_executions_total: {
    kind: "counter",
    help: "Executions that ended in this process, by their result.",
    labels: { result: "`done`, `failed`, `unconfirmed`, `unknown`, `superseded`, `other`" },
  },
  countersign_requests: {
    kind: "gauge",
    help: "Requests that are not over, by state, in the whole store.",
    labels: { state: "`planned`, `pending`, `approved`, `executing`, `verifying`" },
  },
  countersign_jobs: { kind: "gauge", help: "Jobs that are planned or due, in the whole store." },
  countersign_jobs_due: { kind: "gauge", help: "Jobs whose time has come and that nobody in this process runs." },
  countersign_jobs_running: { kind: "gauge", help: "Jobs that this process runs." },
  countersign_jobs_oldest_due_seconds: {
    kind: "gauge",
    help: "How long the oldest due job has waited for somebody to run it.",
  },
  countersign_outbox_messages: { kind: "gauge", help: "Messages that wait for Slack." },
  countersign_outbox_oldest_seconds: { kind: "gauge", help: "How long the oldest of them has waited." },
  countersign_cluster_cache_warm: {
    kind: "gauge",
    help: "1 once all that is watched was listed.",
    labels: { cluster: "a cluster of the configuration" },
  },
  countersign_cluster_cache_age_seconds: {
    kind: "gauge",
    help: "How old what is known of the cluster may be; 0 while every watch is live.",
    labels: { cluster: "a cluster of the configuration" },
  },
  countersign_audit_records: { kind: "gauge", help: "Records of the audit log." },
  countersign_audit_head_age_seconds: { kind: "gauge", help: "Age of its newest record." },
  countersign_audit_checkpoint_age_seconds: {
    kind: "gauge",
    help: "Since when the log was last whole, signed to its head and kept in the second place.",
  },
  countersign_audit_checkpoint_records: { kind: "gauge", help: "Records that the newest checkpoint vouches for." },
  countersign_audit_sealed: { kind: "gauge", help: "1 while nothing may be changed because of the log." },
  countersign_slack_sockets: { kind: "gauge", help: "Open sockets to Slack, two as a rule; 0 in HTTP mode." },
  countersign_slack_app_sockets: {
    kind: "gauge",
    help: "Open sockets of the Slack app, of all processes, as Slack said when the newest one here was opened; it allows ten. 0 in HTTP mode.",
  },
  countersign_slack_connected_seconds: {
    kind: "gauge",
    help: "Age of the connection that Slack's payloads come by: the newest socket, or the listener in HTTP mode; 0 without one.",
  },
  countersign_part_away: {
    kind: "gauge",
    help: "1 while a part does not work; `/readyz` says since when.",
    labels: { part: "`store`, `jobs`, `slack`, `messages`, `record`, and `cluster:` with each cluster's name" },
  },
  countersign_unread: {
    kind: "gauge",
    help: "1 where a scrape did not get an answer in time: its figures are left out of that scrape.",
    labels: { source: "`requests`, `jobs`, `messages`, `record`" },
  },
} as const satisfies Readonly<Record<string, Family>>;

export type FamilyName = keyof typeof families;
