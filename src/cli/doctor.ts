// `countersign doctor`: looks at everything the bot stands on, changes nothing, and says how to mend what is wrong.
import { parseArgs } from "node:util";
import { systemClock } from "../clock.ts";
import { isConfigErrors } from "../config/load.ts";
import { renderConfigErrors } from "../config/problem.ts";
import type { Config } from "../core/config.ts";
import { redact } from "../core/secrets.ts";
import { examineCluster } from "../integrations/kubernetes/examine.ts";
import { makeClients } from "../integrations/slack/clients.ts";
import { makeDirectory } from "../integrations/slack/directory.ts";
import { type Examined, examine } from "../integrations/slack/examine.ts";
import { whereAmI } from "../integrations/slack/home.ts";
import { findBot } from "../server/control-client.ts";
import { readVersion } from "../version.ts";
import type { CliRun } from "./commands.ts";
import { type NamedDatabase, namedDatabase } from "./database.ts";
import { checkAccessTargets } from "./doctor/access-targets.ts";
import { checkArchive } from "./doctor/archive.ts";
import { checkChannels } from "./doctor/channels.ts";
import { checkCheckpoints } from "./doctor/checkpoints.ts";
import { checkClocks } from "./doctor/clocks.ts";
import { checkClusters } from "./doctor/clusters.ts";
import { checkDatabase } from "./doctor/database.ts";
import { type Check, type Finding, fail, ok, type Patient, type Slack } from "./doctor/finding.ts";
import { checkGrantEnds } from "./doctor/grant-ends.ts";
import { checkGroups } from "./doctor/groups.ts";
import { checkIdentity } from "./doctor/identity.ts";
import { checkImpersonation } from "./doctor/impersonation.ts";
import { checkOnCall } from "./doctor/on-call.ts";
import { checkQueue } from "./doctor/queue.ts";
import { checkRecord } from "./doctor/record.ts";
import { checkRights } from "./doctor/rights.ts";
import { checkScopes } from "./doctor/scopes.ts";
import { checkStore } from "./doctor/store.ts";
import { checkTokens } from "./doctor/tokens.ts";
import { openLog } from "./log.ts";
import { configFile, given, readConfigFile } from "./settings.ts";

export const doctor: CliRun = async (argv, env) => {
  const { values } = parseArgs({ args: [...argv], options: { config: { type: "string" } }, strict: true });
  const file = configFile(values.config, env);
  const told: Finding[] = [];
  const tell = (findings: readonly Finding[]): void => {
    told.push(...findings);
    process.stdout.write(findings.map((finding) => withoutSecrets(lineOf(finding), env)).join(""));
  };
  const config = configured(file, tell);
  const auth = await asked("auth.test", env.SLACK_BOT_TOKEN, env);
  const socket = await asked("apps.connections.open", env.SLACK_APP_TOKEN, env);
  tell(checkTokens({ auth, socket, hasSigningSecret: (env.SLACK_SIGNING_SECRET ?? "") !== "" }));
  if (config !== null) await examineAll(config, { auth, env, tell });
  const count = (level: Finding["level"]) => told.filter((finding) => finding.level === level).length;
  process.stdout.write(`\n${count("ok")} ok, ${count("warn")} to look at, ${count("fail")} to mend\n`);
  return count("fail") > 0 ? 1 : 0;
};

type Tell = (findings: readonly Finding[]) => void;

function configured(file: string, tell: Tell): Config | null {
  const what = "configuration and policy";
  try {
    const config = readConfigFile(file);
    if (isConfigErrors(config)) {
      tell([
        fail(
          what,
          renderConfigErrors(config),
          "Mend each line that is named; countersign policy check shows them again.",
        ),
      ]);
      return null;
    }
    tell([ok(what, `${file} is right: ${config.policy.rules.length} rules, policy ${config.policy.digest}.`)]);
    return config;
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    const mend = "Copy countersign.example.yaml to countersign.yaml and change it, or name another file with --config.";
    tell([fail(what, isMissing ? `There is no configuration at ${file}.` : says(error), mend)]);
    return null;
  }
}

async function asked(
  method: "auth.test" | "apps.connections.open",
  token: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<Examined | null> {
  if (token === undefined || token === "") return null;
  return examine(method, { token, apiUrl: given(env.SLACK_API_URL), clock: systemClock });
}

const checks: readonly (readonly [string, Check])[] = [
  ["scopes", checkScopes],
  ["channels", checkChannels],
  ["groups", checkGroups],
  ["on-call schedules", checkOnCall],
  ["sign-in", checkIdentity],
  ["access targets", checkAccessTargets],
  ["clusters", checkClusters],
  ["rights", checkRights],
  ["ends of grants", checkGrantEnds],
  ["impersonation", checkImpersonation],
  ["clocks", checkClocks],
  ["data directory", checkStore],
  ["database", checkDatabase],
  ["queue", checkQueue],
  ["checkpoints", checkCheckpoints],
  ["archive", checkArchive],
  ["audit log", checkRecord],
];

async function examineAll(
  config: Config,
  by: { readonly auth: Examined | null; readonly env: NodeJS.ProcessEnv; readonly tell: Tell },
): Promise<void> {
  const clock = systemClock;
  const version = readVersion();
  const clusters = await Promise.all(config.clusters.map((cluster) => examineCluster(cluster, { clock, version })));
  const slack = by.auth === null ? null : await slackOf(config, by.auth, by.env);
  const bot = await findBot(config.dataDirectory).catch(() => null);
  const { database, findings } = databaseFor(config, by.env);
  by.tell(findings);
  const patient: Patient = {
    ...{ config, slack, clusters, bot, database, env: by.env },
    secrets: { named: (name) => by.env[name] },
  };
  try {
    for (const [what, check] of checks) {
      by.tell(
        await check(patient).catch((error: unknown) => [
          fail(
            what,
            `It could not be looked at: ${says(error)}`,
            "Mend what is named above first, then run doctor again.",
          ),
        ]),
      );
    }
  } finally {
    await Promise.all(clusters.map((cluster) => cluster.close()));
  }
}

function databaseFor(
  config: Config,
  env: NodeJS.ProcessEnv,
): { readonly database: NamedDatabase | null; readonly findings: readonly Finding[] } {
  try {
    return { database: namedDatabase(config, env), findings: [] };
  } catch (error) {
    return {
      database: null,
      findings: [fail("database", says(error), "The bot does not start until that is mended.")],
    };
  }
}

async function slackOf(config: Config, auth: Examined, env: NodeJS.ProcessEnv): Promise<Slack> {
  if (!auth.ok) return { auth, open: null };
  const log = openLog("silent");
  const apiUrl = given(env.SLACK_API_URL);
  const clients = makeClients({ botToken: env.SLACK_BOT_TOKEN ?? "", ...(apiUrl === null ? {} : { apiUrl }), log });
  const home = await whereAmI(clients.lookup);
  const groupMaxAgeMs = () => config.limits.groupMaxAgeMs;
  const directory = (groups: Config["policy"]["groups"]) =>
    makeDirectory({
      ...{ api: clients.lookup, home, clock: systemClock, log, groups: () => groups, groupMaxAgeMs },
      restricting: () => new Set(groups.map((group) => group.name)),
    });
  return { auth, open: { api: clients.lookup, directory } };
}

const marks = { ok: "ok  ", warn: "look", fail: "MEND" } as const;

function lineOf({ level, what, saw, mend }: Finding): string {
  const first = `${marks[level]}  ${what}: ${saw}\n`;
  return mend === "" ? first : `${first}      → ${mend}\n`;
}

/** Nothing of the environment's secrets is printed, whoever put it into a sentence. */
function withoutSecrets(line: string, env: NodeJS.ProcessEnv): string {
  const secrets = [env.SLACK_BOT_TOKEN, env.SLACK_APP_TOKEN, env.SLACK_SIGNING_SECRET, env.REDIS_URL];
  return secrets.reduce<string>(
    (text, secret) => (secret === undefined || secret === "" ? text : text.replaceAll(secret, "[redacted]")),
    redact(line),
  );
}

function says(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
