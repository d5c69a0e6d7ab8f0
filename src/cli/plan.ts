// `countersign plan`: what the same words in Slack would ask for, on a terminal or in CI.
import { randomBytes } from "node:crypto";
import { explain } from "../approvals/explain.ts";
import { decidePolicy } from "../approvals/policy.ts";
import { systemClock } from "../clock.ts";
import { verbs } from "../commands/index.ts";
import type { Config } from "../core/config.ts";
import type { JsonObject } from "../core/json.ts";
import { humanOf, type Person } from "../core/person.ts";
import type { Ports } from "../core/ports/index.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import { callerOf } from "../dispatch/executing.ts";
import { invoke } from "../dispatch/invoke.ts";
import { parse } from "../dispatch/parse.ts";
import { prepare } from "../dispatch/prepare.ts";
import { questionOfPlan } from "../dispatch/question.ts";
import { openClusters } from "../integrations/kubernetes/clusters.ts";
import { openManifests } from "../integrations/yaml/manifests.ts";
import { keptKey } from "../store/keys.ts";
import { readVersion } from "../version.ts";
import type { CliRun } from "./commands.ts";
import { readInput } from "./input.ts";
import { openLog } from "./log.ts";
import { refusalText } from "./output.ts";
import { planLines } from "./plan-text.ts";
import { configFile, readConfig } from "./settings.ts";

export const plan: CliRun = async (argv, env) => {
  const { own, words } = splitOptions(argv);
  const config = readConfig(configFile(own.get("config"), env));
  const made = await makePlan(config, { words, file: own.get("file") ?? null, userId: own.get("as") ?? "U0" });
  if (isRefusal(made)) {
    process.stderr.write(refusalText(made));
    return 1;
  }
  process.stdout.write(own.has("json") ? `${JSON.stringify(made, null, 2)}\n` : planLines(made));
  return made.decision.kind === "deny" ? 1 : 0;
};

/** Options of the command itself; all other words are the verb's, with its own flags. */
function splitOptions(argv: readonly string[]): { own: ReadonlyMap<string, string>; words: string } {
  const own = new Map<string, string>();
  const words: string[] = [];
  const named = new Map([
    ["-f", "file"],
    ["--file", "file"],
    ["--config", "config"],
    ["--as", "as"],
  ]);
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? "";
    const name = named.get(word);
    if (name !== undefined) {
      at += 1;
      own.set(name, argv[at] ?? "");
    } else if (word === "--json") own.set("json", "");
    else words.push(word.includes(" ") && !word.includes('"') ? `"${word}"` : word);
  }
  return { own, words: words.join(" ") };
}

export interface MadePlan {
  readonly title: string;
  readonly digest: string;
  readonly policy: string;
  readonly decision: { readonly kind: string; readonly because: readonly string[] };
  readonly risks: readonly {
    readonly kind: string;
    readonly level: string;
    readonly says: string;
    readonly object: string;
  }[];
  readonly changes: readonly JsonObject[];
  readonly notes: readonly string[];
}

async function makePlan(
  config: Config,
  asked: { readonly words: string; readonly file: string | null; readonly userId: string },
): Promise<MadePlan | Refusal> {
  const parsed = parse(asked.words, verbs);
  if (isRefusal(parsed)) return parsed;
  if (parsed.action.kind !== "change")
    return refuse(
      "wrong-kind",
      `${parsed.action.name} changes nothing, so there is no plan.`,
      "Plans are made by apply, rollback, restart, scale, set image, pause, resume and delete.",
    );
  const log = openLog("warn");
  const clusters = await openClusters({
    clusters: config.clusters,
    clock: systemClock,
    random: randomBytes,
    log,
    version: readVersion(),
    secretTagKey: keptKey(config.dataDirectory, "secret-tags.key", randomBytes),
  });
  const manifests = openManifests({ bytes: config.limits.manifestBytes });
  try {
    const typed = asked.file === null ? parsed.typed : { ...parsed.typed, manifest: await readInput(asked.file) };
    const invoked = await invoke(clusters, { ...parsed, typed }, { objects: [], cluster: null, namespace: null });
    if (isRefusal(invoked)) return invoked;
    const now = systemClock.now();
    const person = somebody(config, asked.userId);
    const asking = { person, requestedAt: now, channelId: "", place: { cluster: null, namespace: null } };
    const ports = { clock: systemClock, clusters, manifests } as Partial<Ports> as Ports;
    const made = await prepare({ clusters, config }, ports, {
      action: parsed.action,
      args: invoked.args,
      asking,
      caller: callerOf(),
      digestKey: "plan",
    });
    if (isRefusal(made)) return made;
    const decision = decidePolicy(
      config.policy,
      questionOfPlan(clusters, invoked, made, { person, now, dryRun: false }),
    );
    const changes = made.changes.map((change) =>
      change.kind === "setting"
        ? { ...change }
        : {
            operation: change.operation,
            object: { ...change.object, kind: change.object.kind.kind },
            before: change.before,
            after: change.after,
          },
    );
    return {
      title: made.title,
      digest: made.digest,
      policy: decision.policy,
      decision: { kind: decision.kind, because: explain(decision) },
      risks: made.risks,
      changes,
      notes: made.notes,
    };
  } finally {
    await Promise.all([clusters.close(), manifests.close()]);
  }
}

/** The groups that the configuration itself lists; Slack's user groups are known to the running bot only. */
function somebody(config: Config, userId: string): Person {
  const account = { enterpriseId: null, teamId: "", userId };
  const groups = config.groups.filter((group) => group.members.includes(userId)).map((group) => group.name);
  return {
    human: humanOf(account, null),
    account,
    subject: null,
    assurance: "none",
    name: userId,
    zone: "UTC",
    groups,
  };
}
