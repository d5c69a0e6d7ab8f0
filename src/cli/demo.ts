// `countersign demo`: everything on this machine, to try it.
import { parseArgs } from "node:util";
import { startDemo } from "../../demo/start.ts";
import type { CliRun } from "./commands.ts";
import { openLog } from "./log.ts";

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
  const started = await startDemo({
    directory: ".countersign",
    fresh: values.fresh === true,
    port: Number(values.port ?? 4321),
    kubeconfig: values.kubeconfig ?? null,
    context: values.context ?? null,
    log: openLog(env.COUNTERSIGN_LOG_LEVEL ?? "warn"),
  });
  process.stdout.write(started.welcome);
  const why = await Promise.race([
    new Promise<"signal">((resolve) => {
      for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => resolve("signal"));
    }),
    started.ended,
  ]);
  await started.stop();
  return why === "signal" ? 0 : 1;
};
