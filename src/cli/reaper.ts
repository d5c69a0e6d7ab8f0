// `countersign reaper`: ends access that was granted for a time, whether the bot runs or not.
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { systemClock } from "../clock.ts";
import type { ClusterConfig } from "../core/config.ts";
import { readDuration } from "../core/params.ts";
import type { Log } from "../core/ports/log.ts";
import { isRefusal } from "../core/refusal.ts";
import { connect } from "../integrations/kubernetes/connect.ts";
import { GrantObjects } from "../integrations/kubernetes/grant-objects.ts";
import { type Reaper, reapOnce, startReaper } from "../reaper/reap.ts";
import { answering, plain } from "../server/route.ts";
import { serveWeb } from "../server/serve.ts";
import { readVersion } from "../version.ts";
import type { CliRun } from "./commands.ts";
import { openLog } from "./log.ts";
import { WrongWords } from "./words.ts";

const options = {
  kubeconfig: { type: "string" },
  context: { type: "string" },
  namespace: { type: "string", default: "countersign-grants" },
  every: { type: "string", default: "10s" },
  longest: { type: "string", default: "30d" },
  port: { type: "string", default: "8081" },
  host: { type: "string", default: "127.0.0.1" },
  once: { type: "boolean", default: false },
} as const;

/** A reaper whose last whole pass is older is taken for dead by its supervisor. */
const staleMs = 45_000;

export const reaper: CliRun = async (argv, env) => {
  const { values } = parseArgs({ args: [...argv], options, strict: true });
  const log = openLog(env.COUNTERSIGN_LOG_LEVEL ?? "info");
  const connection = await connect(accessOf(values));
  const version = `${readVersion()} reaper`;
  const cluster = new GrantObjects({
    connection,
    clock: systemClock,
    version,
    namespace: namespaceOf(values.namespace),
  });
  const settings = { cluster, clock: systemClock, log, longestMs: ms("--longest", values.longest) };
  try {
    if (values.once) return (await reapOnce(settings)).failed === 0 ? 0 : 1;
    const everyMs = ms("--every", values.every);
    if (everyMs > 30_000)
      throw new WrongWords(`--every: ${values.every} is too seldom; access would outlive its time.`);
    return await reapUntilTold(startReaper({ ...settings, everyMs }), {
      ...values,
      port: portOf(values.port),
      log,
    });
  } finally {
    await connection.close();
  }
};

async function reapUntilTold(
  running: Reaper,
  at: { readonly host: string; readonly port: number; readonly log: Log },
): Promise<number> {
  const signal = new Promise<void>((resolve) => {
    for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => resolve());
  });
  const startedAt = systemClock.now();
  const answer = () => {
    const ageMs = systemClock.now() - (running.lastWholePass() ?? startedAt);
    return ageMs <= staleMs ? plain(200, "ok\n") : plain(503, `no whole pass for ${Math.round(ageMs / 1_000)} s\n`);
  };
  const health = await serveWeb({ ...at, answer: answering([{ method: "GET", path: "/healthz", answer }], at.log) });
  await signal;
  await running.stop();
  await health.close();
  return 0;
}

function accessOf(values: { readonly kubeconfig?: string; readonly context?: string }): ClusterConfig["access"] {
  if (values.kubeconfig === undefined) return { kind: "in-cluster" };
  if (!existsSync(values.kubeconfig)) throw new WrongWords(`There is no kubeconfig at ${values.kubeconfig}.`);
  return { kind: "kubeconfig", file: values.kubeconfig, context: values.context ?? null };
}

function namespaceOf(text: string): string {
  if (/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text)) return text;
  throw new WrongWords(`--namespace: “${text}” is no namespace's name; type access.namespace of the configuration.`);
}

function ms(flag: string, text: string): number {
  const read = readDuration(text);
  if (isRefusal(read)) throw new WrongWords(`${flag}: ${read.message} ${read.hint}`);
  return read;
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new WrongWords(`--port: “${text}” is not a port; type a number from 0 to 65535.`);
}
