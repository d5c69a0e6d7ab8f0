// Joins the running cluster that TEST_KUBECONFIG names, instead of starting one.
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readAuditEvents } from "./audit-events.ts";
import { programsFor } from "./build.ts";
import { newDirectory } from "./directory.ts";
import { runKubectl } from "./kubectl.ts";
import { kubectlMethods, output, type TestCluster } from "./test-cluster.ts";
import { kubeconfigText, type UserName, userNames } from "./users.ts";

type View = {
  readonly clusters: readonly { readonly name: string; readonly cluster: { readonly server: string } & Authority }[];
  readonly users: readonly { readonly name: string; readonly user: { readonly token?: string } }[];
};
type Authority = { readonly "certificate-authority-data"?: string };

/**
 * A handle on a cluster that somebody else started and stops. Its kubeconfig must have a context for each of our users,
 * named as the user, with a token (`node test/cluster/serve.ts` writes such a file). Throws naming those that are missing.
 */
export async function joinCluster(
  kubeconfig: string,
  environment: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<TestCluster> {
  const program = (await programsFor({ environment, say }, ["kubectl"])).get("kubectl") ?? "kubectl";
  const directory = await newDirectory("countersign-joined");
  const cacheDirectory = join(directory, "kubectl-cache");
  const args = ["config", "view", "--raw", "--flatten", "-o", "json"];
  const view = JSON.parse(await output(runKubectl({ program, kubeconfig, cacheDirectory, args }))) as View;
  const tokens = new Map(view.users.map(({ name, user }) => [name, user.token]));
  const missing = userNames.filter((user) => tokens.get(user) === undefined);
  const cluster = view.clusters[0];
  if (cluster === undefined || missing.length > 0) {
    await rm(directory, { recursive: true, force: true });
    const lacks = cluster === undefined ? "a cluster" : `the tokens of: ${missing.join(", ")}`;
    throw new Error(
      `TEST_KUBECONFIG=${kubeconfig} lacks ${lacks}. ` +
        "Start a cluster that has them with `node test/cluster/serve.ts` and use the file that it names.",
    );
  }
  const name = cluster.name;
  const server = cluster.cluster.server;
  const caPem = Buffer.from(cluster.cluster["certificate-authority-data"] ?? "", "base64").toString("utf8");
  const tokenOf = (user: UserName) => tokens.get(user) ?? "";
  const fileOf = (user: UserName) => join(directory, `${user}.json`);
  for (const user of userNames) {
    const text = kubeconfigText({ name, server, caPem }, [{ context: name, user, token: tokenOf(user) }], name);
    await writeFile(fileOf(user), text, { mode: 0o600 });
  }
  const auditLog = environment.TEST_AUDIT_LOG;
  return {
    name,
    server,
    caPem,
    kubeconfig: fileOf,
    tokenOf,
    ...kubectlMethods({ program, cacheDirectory }, fileOf),
    auditEvents: async () => {
      if (auditLog) return readAuditEvents(auditLog);
      throw new Error(
        "TEST_KUBECONFIG is set without TEST_AUDIT_LOG: set it to the file of the API server's audit log",
      );
    },
    stop: () => rm(directory, { recursive: true, force: true }),
  };
}
