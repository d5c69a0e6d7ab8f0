// `countersign demo`: everything on this machine, to try it.
import { parseArgs } from "node:util";
import { startDemo } from "../../demo/start.ts";
import type { CliRun } from "./commands.ts";
import { openLog } from "./log.ts";
import { problem } from "./output.ts";

const defaultPort = 4321;
/** A clean end takes less than a second; after this something hangs, and the terminal is given back. */
const stopWithinMs = 10_000;

export const demo: CliRun = async (argv, env) => {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      fresh: { type: "boolean" },
      port: { type: "string" },
      kubeconfig: { type: "string" },
      context: { type: "string" },
    },
  });
  const port = Number(values.port ?? defaultPort);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    process.stderr.write(
      problem(`“${values.port}” is no port.`, "Give a number from 1 to 65535, or 0 for any free one."),
    );
    return 2;
  }
  if (values.context !== undefined && values.kubeconfig === undefined) {
    process.stderr.write(problem("--context names a context of a kubeconfig.", "Give the file too: --kubeconfig FILE"));
    return 2;
  }
  let started: Awaited<ReturnType<typeof startDemo>>;
  try {
    started = await startDemo({
      directory: ".countersign",
      fresh: values.fresh === true,
      port,
      kubeconfig: values.kubeconfig ?? null,
      context: values.context ?? null,
      log: openLog(env.COUNTERSIGN_LOG_LEVEL ?? "warn"),
    });
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
  process.stdout.write(started.welcome);
  const why = await Promise.race([interrupted(), started.ended]);
  const hard = setTimeout(() => process.exit(1), stopWithinMs);
  await started.stop();
  clearTimeout(hard);
  if (why !== "signal") {
    process.stderr.write(`The bot's connection to the local Slack ended: ${why}\n`);
    return 1;
  }
  process.stdout.write("\nStopped. The next start goes on where this one ended.\n");
  return 0;
};

/** The handlers stay: a shell and npm may both pass on one Ctrl-C, and the second must not cut the clean end short. */
function interrupted(): Promise<"signal"> {
  return new Promise((resolve) => {
    for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => resolve("signal"));
  });
}
