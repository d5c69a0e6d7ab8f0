// `countersign rbac`: prints the RBAC objects of one cluster, for kubectl apply; nothing is changed.
import { parseArgs } from "node:util";
import { systemClock } from "../clock.ts";
import { verbs } from "../commands/index.ts";
import type { ClusterConfig, Config, ImpersonationConfig } from "../core/config.ts";
import { roleOf } from "../core/role.ts";
import { examineCluster } from "../integrations/kubernetes/examine.ts";
import { type BotAccount, type ListedKind, type RbacInput, rbacObjects } from "../kubernetes/rbac.ts";
import { constrainsImpersonation } from "../kubernetes/server-version.ts";
import { yamlText } from "../kubernetes/yaml-text.ts";
import { readVersion } from "../version.ts";
import type { CliRun } from "./commands.ts";
import { configFile, readConfig } from "./settings.ts";
import { WrongWords } from "./words.ts";

const options = {
  config: { type: "string" },
  cluster: { type: "string" },
  bot: { type: "string" },
  "bot-user": { type: "string" },
  namespaces: { type: "string" },
  kinds: { type: "string" },
  groups: { type: "string" },
  users: { type: "string" },
  standing: { type: "boolean" },
  constrained: { type: "boolean" },
  "no-constrained": { type: "boolean" },
} as const;

type Values = ReturnType<typeof valuesOf>;

export const rbac: CliRun = async (argv, env) => {
  const values = valuesOf(argv);
  const config = readConfig(configFile(values.config, env));
  const cluster = clusterOf(config, values.cluster);
  const mapping = mappingOf(cluster);
  const bound = config.access.roles.map((role) => role.bound);
  const input: RbacInput = {
    bot: botOf(values),
    verbs: [...verbs.values()].map(({ name, access }) => ({ role: roleOf(name), access: access ?? [] })),
    listed: listOf(values.kinds).map(kindOf),
    granted: {
      clusterRoles: bound.filter(({ kind }) => kind === "ClusterRole").map(({ name }) => name),
      roles: bound.filter(({ kind }) => kind === "Role").map(({ name }) => name),
    },
    namespaces: values.namespaces === undefined ? null : listOf(values.namespaces),
    groups: groupsOf(cluster, mapping, values),
    users: values.users === undefined ? null : [...listOf(values.users), ...unlinkedOf(mapping, "user")],
    standing: values.standing === true,
    hasUid: mapping.uidClaim !== null,
    extraKeys: Object.keys(mapping.extra),
    constrained: await isConstrained(cluster, values),
  };
  const documents = rbacObjects(input).map((object) => yamlText(object));
  process.stdout.write(`${heading(cluster, input)}${documents.join("---\n")}`);
  return 0;
};

function valuesOf(argv: readonly string[]) {
  return parseArgs({ args: [...argv], options, strict: true }).values;
}

function clusterOf(config: Config, name: string | undefined): ClusterConfig {
  const names = config.clusters.map((cluster) => cluster.name);
  const [only, ...others] = config.clusters;
  const found = name === undefined && others.length === 0 ? only : config.clusters.find((one) => one.name === name);
  if (found !== undefined) return found;
  if (name === undefined)
    throw new WrongWords(`Which cluster? Say --cluster NAME; the clusters are ${names.join(", ")}.`);
  throw new WrongWords(`There is no cluster “${name}”. The clusters are ${names.join(", ")}.`);
}

function mappingOf({ name, impersonation }: ClusterConfig): ImpersonationConfig {
  if (impersonation !== undefined) return impersonation;
  throw new WrongWords(
    `Cluster ${name} has no “impersonation” in the configuration, so every call there is the bot's own. Say in clusters[].impersonation what people are called there.`,
  );
}

function botOf(values: Values): BotAccount {
  const user = values["bot-user"];
  if (user !== undefined) return { kind: "User", name: user };
  const [namespace = "", name = "", ...more] = (values.bot ?? "countersign/countersign").split("/");
  if (namespace === "" || name === "" || more.length > 0)
    throw new WrongWords(
      `--bot names a service account as NAMESPACE/NAME, not “${values.bot}”; a user is --bot-user NAME.`,
    );
  return { kind: "ServiceAccount", namespace, name };
}

const listOf = (text: string | undefined): readonly string[] =>
  text === undefined ? [] : [...new Set(text.split(",").filter((word) => word !== ""))];

/** `configmaps`, `deployments.apps` */
function kindOf(word: string): ListedKind {
  const [resource = "", ...group] = word.split(".");
  if (!/^[a-z0-9-]+$/.test(resource))
    throw new WrongWords(
      `--kinds lists resources as kubectl api-resources does, such as configmaps,deployments.apps; not “${word}”.`,
    );
  return { resource, group: group.join(".") };
}

function unlinkedOf({ unlinked }: ImpersonationConfig, what: "user" | "groups"): readonly string[] {
  if (unlinked === null) return [];
  return what === "user" ? [unlinked.user] : unlinked.groups;
}

/** Never unbounded: who may act in any group may act in system:masters. */
function groupsOf({ name }: ClusterConfig, mapping: ImpersonationConfig, values: Values): readonly string[] {
  const { groups } = mapping;
  const only = groups?.only ?? null;
  const isListed = groups === null || (only !== null && !only.some((pattern) => pattern.includes("*")));
  if (!isListed && values.groups === undefined)
    throw new WrongWords(
      `The groups of people in cluster ${name} are not listed: name each in clusters[].impersonation.groups.only, without *, or here with --groups NAME,NAME, as the cluster knows them.`,
    );
  const mapped = isListed ? (only ?? []).map((group) => `${groups?.prefix ?? ""}${group}`) : [];
  return [...new Set([...mapped, ...listOf(values.groups), ...unlinkedOf(mapping, "groups")])];
}

async function isConstrained(cluster: ClusterConfig, values: Values): Promise<boolean> {
  if (values.constrained === true) return true;
  if (values["no-constrained"] === true) return false;
  const seen = await examineCluster(cluster, { clock: systemClock, version: readVersion() });
  await seen.close();
  const constrains = constrainsImpersonation(seen.version);
  if (constrains === null)
    throw new WrongWords(
      `Cluster ${cluster.name} does not say its version (${seen.trouble ?? "no answer"}). Say --constrained for 1.36 and later, else --no-constrained.`,
    );
  return constrains;
}

function heading({ name }: ClusterConfig, input: RbacInput): string {
  const where = input.namespaces === null ? "everywhere" : `in ${input.namespaces.join(", ")}`;
  const gives = input.standing ? "Approvals give no rights: people need their own" : "Approvals give rights";
  const kinds = input.listed.map(({ group, resource }) => (group === "" ? resource : `${resource}.${group}`));
  const users =
    input.users === null ? "a user of any name: list them with --users where you can" : input.users.join(", ");
  return [
    `# Countersign's rights in cluster ${name}, printed by countersign rbac; apply with kubectl apply -f -`,
    `# The bot may act as ${users}; in no group but those below. ${gives} ${where}.`,
    `# apply and delete work on ${kinds.length === 0 ? "nothing: list kinds with --kinds" : kinds.join(", ")}.`,
    "",
  ].join("\n");
}
