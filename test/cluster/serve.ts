// Keeps a test cluster running until Ctrl-C, for looking around in it and for many quick runs of `npm run test:real`.
import { once } from "node:events";
import { startSharedCluster } from "./shared.ts";

if (import.meta.main) {
  const { cluster, variables } = await startSharedCluster(process.env);
  const assignments = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  process.stdout.write(`export ${assignments.join(" ")}\n`);
  const alive = setInterval(() => undefined, 60_000);
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  clearInterval(alive);
  await cluster.stop();
}
