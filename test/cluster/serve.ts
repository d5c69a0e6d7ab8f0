// Keeps a test cluster running until Ctrl-C, for looking around in it and for many quick runs of `npm run test:real`.
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { startTestCluster } from "./start.ts";
import { kubeconfigText, userNames } from "./users.ts";

if (import.meta.main) {
  const cluster = await startTestCluster({ environment: { ...process.env, TEST_KUBECONFIG: "" } });
  const directory = dirname(dirname(cluster.kubeconfig("admin")));
  const file = join(directory, "users.json");
  const users = userNames.map((user) => ({ context: user, user, token: cluster.tokenOf(user) }));
  await writeFile(file, kubeconfigText(cluster, users, "admin"), { mode: 0o600 });
  process.stdout.write(`export TEST_KUBECONFIG=${file} TEST_AUDIT_LOG=${join(directory, "audit.log")}\n`);
  const alive = setInterval(() => undefined, 60_000);
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  clearInterval(alive);
  await cluster.stop();
}
