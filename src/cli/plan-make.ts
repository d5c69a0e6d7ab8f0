// The bot's own plan and decision, made without a bot: nothing is asked of anybody and nothing changed.
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { decidePolicy } from "../approvals/policy.ts";
import { systemClock } from "../clock.ts";
import type { Config } from "../core/config.ts";
import { groupsAbove } from "../core/groups.ts";
import { humanOf, type Person } from "../core/person.ts";
import type { Plan } from "../core/plan.ts";
import type { Decision } from "../core/policy.ts";
import type { Clusters } from "../core/ports/clusters.ts";
import type { Ports } from "../core/ports/index.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import { invoke } from "../dispatch/invoke.ts";
import type { Parsed } from "../dispatch/parse.ts";
import { holdsSecrets } from "../dispatch/plan-digest.ts";
import { prepare } from "../dispatch/prepare.ts";
import { questionOfPlan } from "../dispatch/question.ts";
import { openClusters } from "../integrations/kubernetes/clusters.ts";
import { openManifests } from "../integrations/yaml/manifests.ts";
import { keptKey } from "../store/keys.ts";
import { readVersion } from "../version.ts";
import { openLog } from "./log.ts";
import { WrongWords } from "./words.ts";

export interface PlanAsked {
  readonly parsed: Parsed;
  /** The text behind -f. */
  readonly manifest: string | null;
  /** The Slack user as whom it is asked; null is somebody of no name. */
  readonly userId: string | null;
  /** In place of those groups of the configuration that list the user. */
  readonly groups: readonly string[] | null;
}

export interface MadePlan {
  readonly plan: Plan;
  readonly decision: Decision;
  /** What the bot knows and a command line does not. */
  readonly caveats: readonly string[];
}

/** Throws `WrongWords` for groups that the configuration does not have, and when a kubeconfig cannot be used. */
export async function makePlan(config: Config, asked: PlanAsked): Promise<MadePlan | Refusal> {
  const person = askerOf(config, asked);
  const parsed = withManifest(asked);
  if (isRefusal(parsed)) return parsed;
  const key = tagKey(config);
  const clusters = await openClusters({
    clusters: config.clusters,
    clock: systemClock,
    random: randomBytes,
    log: openLog("error"),
    version: readVersion(),
    secretTagKey: key ?? randomBytes(32),
  });
  const manifests = openManifests({ bytes: config.limits.manifestBytes });
  try {
    const ports = { clock: systemClock, clusters, manifests };
    const made = await planned(config, ports, { parsed, person });
    if (isRefusal(made)) return made;
    return { ...made, caveats: caveatsOf(config, asked, made.plan.changes.some(holdsSecrets) && key === null) };
  } finally {
    await Promise.all([clusters.close(), manifests.close()]);
  }
}

async function planned(
  config: Config,
  ports: Pick<Ports, "clock" | "manifests"> & { readonly clusters: Clusters },
  { parsed, person }: { readonly parsed: Parsed; readonly person: Person },
): Promise<Omit<MadePlan, "caveats"> | Refusal> {
  const { clusters } = ports;
  const invoked = await invoke(clusters, parsed, { objects: [], cluster: null, namespace: null });
  if (isRefusal(invoked)) return invoked;
  const now = systemClock.now();
  const plan = await prepare({ config }, ports as Partial<Ports> as Ports, {
    action: parsed.action,
    args: invoked.args,
    asking: { person, requestedAt: now, channelId: "", reason: parsed.reason },
    digestKey: "plan",
  });
  if (isRefusal(plan)) return plan;
  const question = questionOfPlan(clusters, invoked, plan, { person, now, dryRun: false });
  return { plan, decision: decidePolicy(config.policy, question) };
}

/** The ports that stand ready here; a verb that needs another is about the running bot itself. */
const portsHere: ReadonlySet<string> = new Set(["clock", "clusters", "manifests"]);

function withManifest({ parsed, manifest }: PlanAsked): Parsed | Refusal {
  const { action, typed } = parsed;
  if (action.kind !== "change" || !action.needs.every((name) => portsHere.has(name)))
    return refuse(
      "wrong-kind",
      action.kind === "change"
        ? `${action.name} is about the running bot, so it can be planned in Slack only.`
        : `${action.name} changes nothing, so there is no plan.`,
      "Plans are made of apply, rollback, restart, scale, set image, pause, resume and delete.",
    );
  const key = Object.entries(action.params).find(([, param]) => param.place === "document")?.[0];
  if (key === undefined && manifest !== null)
    return refuse("bad-argument", `${action.name} takes no manifest.`, "Leave -f away, or plan an apply.");
  if (key === undefined || manifest === null) {
    if (key === undefined) return parsed;
    return refuse(
      "missing-argument",
      `${action.name} needs a manifest.`,
      "Name it with -f FILE, or -f - for the input.",
    );
  }
  return { ...parsed, typed: { ...typed, [key]: manifest } };
}

/** The groups that the configuration itself lists; Slack's user groups are known to the running bot only. */
function askerOf(config: Config, { userId, groups }: PlanAsked): Person {
  const account = { enterpriseId: null, teamId: "", userId: userId ?? "" };
  const known = config.policy.groups.map((group) => group.name);
  const strange = groups?.find((name) => !known.some((one) => one === name));
  if (strange !== undefined)
    throw new WrongWords(`There is no group “${strange}”. The groups are ${known.join(", ") || "none"}.`);
  const counted = config.policy.groups.filter((group) =>
    groups === null ? group.members.includes(account.userId) : groups.includes(group.name),
  );
  return {
    human: humanOf(account, null),
    account,
    subject: null,
    assurance: "none",
    name: userId ?? "somebody",
    zone: "UTC",
    groups: groupsAbove(
      config.policy.groups,
      counted.map((group) => group.name),
    ),
  };
}

function caveatsOf(config: Config, { userId, groups }: PlanAsked, isOwnDigest: boolean): readonly string[] {
  const inSlack = config.policy.groups.filter((group) => group.slackUserGroup !== null).map((group) => group.name);
  const inIdp = config.policy.groups.filter(({ idpGroups }) => (idpGroups ?? []).length > 0).map(({ name }) => name);
  const caveats: string[] = [];
  if (userId === null && groups === null)
    caveats.push("Decided for somebody in no group: say who asks with --as USER_ID or --groups NAME,NAME.");
  else if (groups === null && inSlack.length > 0)
    caveats.push(`Members by Slack's user groups (${inSlack.join(", ")}) are not known here: use --groups.`);
  if (groups === null && userId !== null && inIdp.length > 0)
    caveats.push(`Members by the identity provider's groups (${inIdp.join(", ")}) are not known here: use --groups.`);
  if (isOwnDigest) caveats.push("The plan holds Secret values: its digest is this run's own, as each request's is.");
  return caveats;
}

/** The bot's key for Secret values, where its data directory is at hand; nothing is made there. */
function tagKey(config: Config): Uint8Array | null {
  const name = "secret-tags.key";
  if (!existsSync(join(config.dataDirectory, "keys", name))) return null;
  return keptKey(config.dataDirectory, name, randomBytes);
}
