// The configuration file's text → the typed configuration, or every error with its line.
import type { Config, PolicyCheck } from "../core/config.ts";
import { type Digest, digestOf } from "../core/digest.ts";
import { asClusterName, asGroupName } from "../core/ids.ts";
import { mappedClaims } from "../core/impersonation-claims.ts";
import type { JsonObject } from "../core/json.ts";
import type { Policy } from "../core/policy.ts";
import { checkShape } from "./checked.ts";
import { completed, countersignedIn, withCountersigned } from "./countersigned.ts";
import { type ConfigDocument, parseConfigText } from "./document.ts";
import { typedImpersonation } from "./impersonation.ts";
import { typedOnCall } from "./on-call.ts";
import { beyond, withPlaceholders } from "./placeholders.ts";
import { type ConfigErrors, errorsAt, type Problem, pathText } from "./problem.ts";
import { type RawConfig, wordsOf } from "./raw.ts";
import { shapeProblems } from "./shape.ts";
import { suggestion } from "./suggestion.ts";
import { typedAccess } from "./typed-access.ts";
import { ms } from "./typed-approvals.ts";
import { typedDatabase } from "./typed-database.ts";
import { typedIdentity } from "./typed-identity.ts";
import { typedJobs } from "./typed-jobs.ts";
import { typedOperations } from "./typed-operations.ts";
import { typedPolicy } from "./typed-policy.ts";
import { retentionProblems, typedRetention } from "./typed-retention.ts";

export interface LoadContext {
  /** Every verb of the bot: rules that name another one are errors. */
  readonly verbs: readonly string[];
  /** Those that ask for a change; absent: which can wait for approvals is not checked by their names. */
  readonly changing?: readonly string[];
  /** Verb → its parameters that rules see; absent: the names in `args` are not checked. */
  readonly params?: Readonly<Record<string, readonly string[]>>;
  /** The check of the policy's meaning, from approvals. */
  readonly check: PolicyCheck;
}

/** Pure: the same text gives the same configuration. An unreadable or empty policy never loads (R15). */
export function loadConfig(text: string, fileName: string, context: LoadContext): Config | ConfigErrors {
  const document = parseConfigText(text);
  if (document.problems.length > 0) return errorsOf(document, fileName, document.problems);
  const checked = checkShape(document.value);
  if (checked.kind === "problems") {
    const further = furtherProblems(document.value, checked.problems, context);
    return errorsOf(document, fileName, [...checked.problems, ...further]);
  }
  const config = typedConfig(checked.raw);
  const problems = problemsOf(checked.raw, context);
  return problems.length > 0 ? errorsOf(document, fileName, problems) : config;
}

function furtherProblems(value: unknown, known: readonly Problem[], context: LoadContext): readonly Problem[] {
  const mended = withPlaceholders(value, known);
  const checked = mended === null ? null : checkShape(mended);
  if (checked?.kind !== "checked") return [];
  return beyond(problemsOf(checked.raw, context), known);
}

/**
 * The configuration with other countersigned parts in place of its file's, held to the same checks: how what was accepted is
 * read again by this version of the bot, beside the channels and ports that the file names now.
 */
export function withPolicy(config: Config, source: JsonObject, context: LoadContext): Config | ConfigErrors {
  const checked = checkShape(withCountersigned(config.file, completed(source, config.file)));
  const problems = checked.kind === "problems" ? checked.problems : problemsOf(checked.raw, context);
  if (checked.kind === "checked" && problems.length === 0) return typedConfig(checked.raw);
  const errors = problems.map(({ path, says, came }) => ({
    file: "the accepted policy",
    line: 0,
    path: pathText(path),
    came: came ?? "",
    says,
  }));
  return { kind: "config-errors", errors };
}

function problemsOf(raw: RawConfig, context: LoadContext): readonly Problem[] {
  const config = typedConfig(raw);
  return [...shapeProblems(raw), ...retentionProblems(raw.retention, config), ...policyProblems(config, context)];
}

export function isConfigErrors(value: Config | ConfigErrors): value is ConfigErrors {
  return "kind" in value && value.kind === "config-errors";
}

function policyProblems(config: Config, { verbs, changing, params, check }: LoadContext): readonly Problem[] {
  const found = check({
    policy: config.policy,
    clusters: config.clusters,
    verbs,
    ...(changing === undefined ? {} : { changing }),
    ...(params === undefined ? {} : { params }),
    ...(config.identity === null ? {} : { issuer: config.identity.provider.issuer }),
    schedules: config.onCall.schedules.map((schedule) => schedule.name),
  });
  return found.map(({ path, says, known, came }) => ({
    path,
    says: known === undefined ? says : `${says}; ${suggestion(came ?? "", known)}`,
    came: came ?? "",
  }));
}

function errorsOf(
  { lineOf }: ConfigDocument,
  file: string,
  problems: readonly (Problem & { readonly line?: number })[],
): ConfigErrors {
  return errorsAt(lineOf, file, problems);
}

function typedConfig(raw: RawConfig): Config {
  const groups = (raw.groups ?? []).map(({ name, members, slackUserGroup, onCall, idpGroups, groups: inner }) => ({
    name: asGroupName(name),
    members: members ?? [],
    slackUserGroup: slackUserGroup ?? null,
    ...(onCall === undefined ? {} : { onCall }),
    ...(idpGroups === undefined ? {} : { idpGroups: wordsOf(idpGroups) }),
    ...(inner === undefined ? {} : { groups: wordsOf(inner).map(asGroupName) }),
  }));
  const clusters = raw.clusters.map((cluster) => typedCluster(cluster, raw.clusters.length === 1));
  const access = typedAccess(raw.access);
  const source = countersignedIn(raw as unknown as JsonObject);
  const policy = typedPolicy(raw.policy, groups, {
    assurance: raw.identity === undefined ? "none" : "linked",
    ...(raw.breakglass === undefined ? {} : { breakGlass: raw.breakglass }),
  });
  const named = mappedClaims(
    clusters.map((cluster) => cluster.impersonation),
    access.targets,
  );
  return {
    clusters,
    channels: {
      approvals: raw.channels.approvals,
      audit: raw.channels.audit,
      defaults: (raw.channels.defaults ?? []).map(({ channel, cluster, namespace }) => ({
        channel,
        ...(cluster === undefined ? {} : { cluster: asClusterName(cluster) }),
        ...(namespace === undefined ? {} : { namespace }),
      })),
    },
    command: raw.command ?? "/ops",
    onCall: typedOnCall(raw.onCall),
    policySource: source,
    file: raw as unknown as JsonObject,
    policy: { ...policy, digest: digestOfAll(policy, source) },
    audit: { checkpoints: raw.audit.checkpoints },
    dataDirectory: raw.dataDirectory ?? "./.countersign",
    database: typedDatabase(raw.database),
    limits: {
      manifestBytes: raw.limits?.manifestBytes ?? 1_000_000,
      delegationMs: ms(raw.limits?.delegation ?? "7d"),
      groupMaxAgeMs: ms(raw.limits?.groupMaxAge ?? "5m"),
      votesPerMinute: raw.limits?.votesPerMinute ?? 30,
      commandsPerMinute: raw.limits?.commandsPerMinute ?? 60,
    },
    access,
    retention: typedRetention(raw.retention),
    jobs: typedJobs(raw.jobs),
    http: {
      port: raw.http?.port ?? 8080,
      host: raw.http?.host ?? "127.0.0.1",
      drainForMs: ms(raw.http?.drainFor ?? "5s"),
    },
    operations: typedOperations(raw.operations),
    identity: typedIdentity(raw.identity, named),
  };
}

/** Of the policy as it is meant, and of all other countersigned parts as they were written. */
function digestOfAll({ digest }: Policy, source: JsonObject): Digest {
  const { groups: _, policy: __, breakglass: ___, ...others } = source;
  return digestOf({ policy: digest, others });
}

function typedCluster(raw: RawConfig["clusters"][number], isOnly: boolean): Config["clusters"][number] {
  return {
    name: asClusterName(raw.name),
    environment: raw.environment,
    access:
      raw.inCluster === true
        ? { kind: "in-cluster" }
        : { kind: "kubeconfig", file: raw.kubeconfig ?? null, context: raw.context ?? null },
    isDefault: raw.default ?? isOnly,
    unstablePaths: wordsOf(raw.unstablePaths),
    ...(raw.impersonation === undefined ? {} : { impersonation: typedImpersonation(raw.impersonation) }),
  };
}
