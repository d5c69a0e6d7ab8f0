// The reaper on a real API server: with the bot dead the whole time, access ends within a minute of its time.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { startTestCluster, type TestCluster } from "../cluster/start.ts";
import { createNamespace, output } from "../cluster/test-cluster.ts";
import { until } from "../cluster/until.ts";
import { kubeconfigText } from "../cluster/users.ts";

/** Where `deploy/reaper.yaml` lets it look for accounts. */
const accounts = "countersign-grants";
const namespace = `reaped-${process.pid}-${Date.now().toString(36)}`;
const account = "system:serviceaccount:countersign:countersign-reaper";

/** As `grant` makes them; held to it by the tests of the verb. */
function grantObject(kind: string, id: string, seconds: number, content: string): string {
  const apiVersion = kind === "RoleBinding" ? "rbac.authorization.k8s.io/v1" : "v1";
  return `apiVersion: ${apiVersion}
kind: ${kind}
metadata:
  name: countersign-grant-${id}
  namespace: ${kind === "RoleBinding" ? namespace : accounts}
  labels: { countersign.dev/grant: ${id} }
  annotations: { countersign.dev/expires-after: ${seconds}s }
${content}
---
`;
}

const bound = (subject: string): string =>
  `roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }\nsubjects: [${subject}]`;

describe("the reaper on a real API server", () => {
  let cluster: TestCluster;
  let reaper: ChildProcess;
  let directory = "";
  const admin = (...args: readonly string[]) => output(cluster.kubectl("admin", ...args));
  const apply = (text: string) => output(cluster.kubectlWithInput("admin", text, "create", "-f", "-"));
  const may = async (who: string, ...what: readonly string[]) =>
    (await cluster.kubectl("admin", "auth", "can-i", ...what, "--as", who)).stdout.trim() === "yes";

  before(async () => {
    cluster = await startTestCluster();
    await createNamespace(cluster, namespace);
    await output(cluster.kubectlWithInput("admin", readFileSync("deploy/reaper.yaml", "utf8"), "apply", "-f", "-"));
    const token = (await admin("-n", "countersign", "create", "token", "countersign-reaper")).trim();
    directory = mkdtempSync(join(tmpdir(), "countersign-"));
    const file = join(directory, "kubeconfig");
    const user = { context: "reaper", user: "reaper", token };
    writeFileSync(file, kubeconfigText(cluster, [user], user.context), { mode: 0o600 });
    reaper = spawn(process.execPath, ["src/cli.ts", "reaper", "--kubeconfig", file, "--port", "0"], {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, COUNTERSIGN_LOG_LEVEL: "error" },
    });
  });

  after(async () => {
    reaper?.kill();
    rmSync(directory, { recursive: true, force: true });
    await cluster?.kubectl("admin", "delete", "namespace", namespace, "--wait=false");
    await cluster?.stop();
  });

  test("its account sees and removes what it must, and can read no Secret and give nothing to anybody", async () => {
    const rights: readonly (readonly [boolean, ...string[]])[] = [
      [true, "delete", "rolebindings", "-A"],
      [true, "delete", "clusterrolebindings"],
      [true, "delete", "secrets", "-n", accounts],
      [false, "delete", "secrets", "-A"],
      [false, "delete", "serviceaccounts", "-A"],
      [false, "get", "secrets", "-n", accounts],
      [false, "list", "secrets", "-A"],
      [false, "create", "rolebindings", "-A"],
      [false, "update", "rolebindings", "-A"],
      [false, "create", "serviceaccounts/token", "-A"],
      [false, "delete", "deployments", "-A"],
      [false, "impersonate", "users"],
    ];
    for (const [expected, ...what] of rights) assert.equal(await may(account, ...what), expected, what.join(" "));
  });

  test("T23: a binding ends at most a minute after its time, and not before it", async () => {
    const seconds = 15;
    await apply(
      grantObject(
        "RoleBinding",
        "r-0000001",
        seconds,
        bound("{ kind: User, apiGroup: rbac.authorization.k8s.io, name: stranger }"),
      ),
    );
    const bornAt = Date.now();
    assert.ok(await may("stranger", "list", "pods", "-n", namespace), "it holds while its time runs");
    await until({ what: "the access's end", withinMs: (seconds + 60) * 1_000 }, async () =>
      (await may("stranger", "list", "pods", "-n", namespace)) ? undefined : true,
    );
    // Whole seconds on the server's side.
    assert.ok(Date.now() - bornAt >= (seconds - 1) * 1_000, `it ended after ${Date.now() - bornAt} ms`);
  });

  test("T23: a token ends with the Secret that it is bound to, long before its own expiry", async () => {
    const id = "r-0000002";
    const name = `countersign-grant-${id}`;
    await apply(
      grantObject("ServiceAccount", id, 15, "automountServiceAccountToken: false") +
        grantObject("Secret", id, 15, "type: countersign.dev/grant") +
        grantObject("RoleBinding", id, 15, bound(`{ kind: ServiceAccount, name: ${name}, namespace: ${accounts} }`)),
    );
    const bindTo = ["--bound-object-kind", "Secret", "--bound-object-name", name, "--duration", "1h"];
    const token = (await admin("-n", accounts, "create", "token", name, ...bindTo)).trim();
    const listing = (): Promise<{ readonly code: number | null; readonly stderr: string }> =>
      cluster.kubectl("stranger", "--token", token, "-n", namespace, "get", "pods");
    const held = await listing();
    assert.equal(held.code, 0, held.stderr);
    await until({ what: "the token's end", withinMs: 75_000 }, async () =>
      /Unauthorized|must be logged in/.test((await listing()).stderr) ? true : undefined,
    );
    assert.equal(
      await admin("get", "secret,sa,rolebinding", "-A", "-l", `countersign.dev/grant=${id}`, "-o", "name"),
      "",
    );
  });
});
