// The command line's words: what each is for, and where it is; each is loaded only when it is used.

/** Answers with the exit status: 0 done, 1 a "no" or a fault, 2 wrong words. */
export type CliRun = (argv: readonly string[], env: NodeJS.ProcessEnv) => Promise<number>;

export interface CliCommand {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  readonly help: string;
  readonly load: () => Promise<CliRun>;
}

export const cliCommands: readonly CliCommand[] = [
  {
    name: "start",
    usage: "countersign start [--config FILE]",
    summary: "run the bot",
    help: "Needs SLACK_BOT_TOKEN, and SLACK_APP_TOKEN for Socket Mode or SLACK_SIGNING_SECRET for HTTP mode. The configuration is\ncountersign.yaml unless --config or COUNTERSIGN_CONFIG says otherwise. Exits with 70 after a fault that nothing caught, and with\n76 when Slack ended the connection for good: let a supervisor start it again.",
    load: async () => (await import("./start.ts")).start,
  },
  {
    name: "demo",
    usage: "countersign demo [--fresh] [--port N] [--kubeconfig FILE [--context NAME]]",
    summary: "a local Slack and a sample cluster to try it on",
    help: "Everything runs on this machine, without any account. Data is kept under ./.countersign; --fresh starts over.\n--kubeconfig uses a real cluster in place of the sample one.",
    load: async () => (await import("./demo.ts")).demo,
  },
  {
    name: "plan",
    usage: "countersign plan VERB … [-f FILE] [--config FILE] [--as USER_ID | --groups NAME,…] [--json]",
    summary: "the plan, its digest, risk facts and what the policy would ask for",
    help: "Computes what the same words in Slack would ask for, and changes nothing. -f names a manifest, - reads it from the\nstandard input. --as names the Slack user whose groups in the configuration count, --groups the groups themselves (Slack's\nuser groups are known to the running bot only); without either, somebody in no group. Exits with 0 when the policy would allow\nit or ask for approvals, with 1 when it would refuse.",
    load: async () => (await import("./plan.ts")).plan,
  },
  {
    name: "risk",
    usage: "countersign risk -f FILE [--json]",
    summary: "the risk facts of manifests, without a cluster",
    help: "Reads manifests (- for the standard input) and names what is dangerous about creating them. Exits with 1 when there is a\nhigh risk.",
    load: async () => (await import("./risk.ts")).risk,
  },
  {
    name: "policy",
    usage:
      "countersign policy check [FILE]\ncountersign policy test CASES… [--config FILE]\ncountersign policy why VERB [--on PLACE]… [--as USER_ID | --groups NAME,…] [--assurance WORD] [--subject ISSUER#SUB] [--on-call NAME,…]\n  [--arg NAME=VALUE]… [--label NAME=VALUE]… [--risk FACT]… [--replicas BEFORE:AFTER] [--at TIME] [--reason TEXT] [--config FILE]\ncountersign policy replay [FILE] [--since 30d] [--log EXPORTED]",
    summary: "check, test and explain the configuration's policy, and decide recorded requests by it",
    help: "check prints every error with its line and what would be right, or a sentence when there is none. test runs files of\ncases (what is asked, what must be said) and prints what differs with the tree of reasons; it exits with 1 when something\ndoes. why asks one question, with PLACE as cluster:namespace/kind/name, and prints the tree; it exits with 1 for a refusal.\nreplay reads the record,\nthrough the bot that runs or else from its store or an exported log, and shows which requests FILE's policy would have decided\notherwise; it changes nothing.",
    load: async () => (await import("./policy.ts")).policy,
  },
  {
    name: "rbac",
    usage:
      "countersign rbac [--cluster NAME] [--namespaces NAME,…] [--kinds RESOURCE,…] [--groups NAME,…] [--users NAME,…]\n                 [--bot NAMESPACE/NAME | --bot-user NAME] [--standing] [--constrained | --no-constrained] [--config FILE]",
    summary: "print the rights that a cluster needs, for kubectl apply",
    help: "Prints YAML: the bot's own rights, as narrow as the server's version allows, and for each verb a role that is bound to its\napproved group alone. --namespaces binds those roles there instead of everywhere; --standing\nleaves them out, for people who hold write rights themselves; --kinds lists what apply and delete may work\non, such as configmaps,deployments.apps; --groups and --users name people's groups and users as the cluster knows them. The\nbot is the service account countersign/countersign unless --bot or --bot-user says otherwise. Changes nothing: docs/rights.md.",
    load: async () => (await import("./rbac.ts")).rbac,
  },
  {
    name: "migrate",
    usage: "countersign migrate [--dry-run] [--config FILE]",
    summary: "bring the tables of a PostgreSQL database to this version",
    help: "Works on the database of DATABASE_URL, or of the variable that database.urlFrom names. The bot does the same when it starts;\nreplicas that start together wait for each other. --dry-run prints the SQL that would be run, and changes nothing. A store that is\na file needs none of it.",
    load: async () => (await import("./migrate.ts")).migrate,
  },
  {
    name: "move",
    usage: "countersign move [--dry-run] [--config FILE]",
    summary: "copy the store of the data directory into an empty PostgreSQL database",
    help: "Stop the bot first. Every table is copied in one transaction and compared row by row, and the copied record is verified\nby the public key and the checkpoints before anything is kept; otherwise nothing is. The old file stays, as store.db.moved.\n--dry-run verifies the record here and shows what would be copied. Afterwards start the bot with DATABASE_URL.",
    load: async () => (await import("./move.ts")).move,
  },
  {
    name: "audit",
    usage:
      "countersign audit verify [--log FILE] [--checkpoints DIR] [--key VKEY|FILE] [--archive DIR] [--config FILE]\ncountersign audit export --out FILE [--archive DIR] [--config FILE]\ncountersign audit export --to s3://BUCKET/PREFIX|syslog+tls://HOST:PORT|syslog+tcp://HOST:PORT|otlp+https://HOST/v1/logs --state FILE\n                         [--ca FILE] [--log FILE] [--config FILE]\ncountersign audit prove REQUEST --out DIR [--log FILE] [--checkpoints DIR] [--key VKEY|FILE] [--archive DIR] [--config FILE]\ncountersign audit check-proof PROOF RECORD [--key VKEY|FILE]\ncountersign audit prune --dry-run [--config FILE]",
    summary: "verify, export and prove the record",
    help: "Reads the log through the bot that runs, else from its store. With --log, --checkpoints and --key it needs neither a bot nor\na configuration: see docs/audit.md. export --to sends what is new since the last time, which --state remembers, in order and at least\nonce; S3 takes AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY (AWS_SESSION_TOKEN, AWS_ENDPOINT_URL_S3), OTLP takes\nOTEL_EXPORTER_OTLP_HEADERS. --archive puts back\nwhat was pruned, where the hashes say it belongs; prune --dry-run says what the running bot would prune next. Nothing is pruned\nby hand: what goes, and when, was countersigned as retention, and the hour that the bot waits after its start is for noticing that\nthe machine's clock is wrong; to have words go sooner, countersign a shorter retention.",
    load: async () => (await import("./audit.ts")).audit,
  },
  {
    name: "reaper",
    usage:
      "countersign reaper [--kubeconfig FILE [--context NAME]] [--namespace countersign-grants] [--every 10s] [--longest 30d] [--once] [--port 8081] [--host ADDRESS]",
    summary: "end granted access in a cluster when its time is over, without the bot",
    help: "Runs for ever beside the bot, as a process and an account of its own (deploy/reaper.yaml): removes every binding that\ncarries a grant's label and whose time is over by the cluster's clock, and the service accounts with their Secrets of\n--namespace, which is access.namespace of the configuration. Without --kubeconfig it uses the service account\nof its pod. Nothing lives longer than --longest. --once looks once and exits with 1 if something could not be removed.",
    load: async () => (await import("./reaper.ts")).reaper,
  },
  {
    name: "doctor",
    usage: "countersign doctor [--config FILE]",
    summary: "check tokens, scopes, clusters, rights, policy, clock and store",
    help: "Says for each what is wrong and how to mend it. Changes nothing. Exits with 1 when something is wrong.",
    load: async () => (await import("./doctor.ts")).doctor,
  },
];

export function findCommand(name: string): CliCommand | null {
  return cliCommands.find((command) => command.name === name) ?? null;
}

export function helpText(): string {
  const width = Math.max(...cliCommands.map((command) => command.name.length));
  const lines = cliCommands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`);
  return `countersign: run your platform from Slack; nothing dangerous happens on one person's word\n\n${lines.join("\n")}\n\ncountersign COMMAND --help shows one command.\n`;
}
