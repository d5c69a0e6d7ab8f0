// A cluster that does not come up says why and leaves nothing running; one that is joined must have our users.
import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { components } from "./components.ts";
import { isAlive } from "./lock.ts";
import { startTestCluster } from "./start.ts";
import { until } from "./until.ts";
import { kubeconfigText } from "./users.ts";

let assets = "";
beforeEach(async () => {
  assets = await mkdtemp(join(tmpdir(), "start-test-"));
});
afterEach(() => rm(assets, { recursive: true, force: true }));

const program = async (name: string, script: string) => {
  await writeFile(join(assets, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(assets, name), 0o755);
};
const start = (more: NodeJS.ProcessEnv = {}) =>
  startTestCluster({ environment: { KUBEBUILDER_ASSETS: assets, ...more }, say: () => undefined });

test("a control plane whose program ends at once fails with that program's last words, and the others are ended", async () => {
  for (const { name } of components) await program(name, "exit 0");
  await program("etcd", `echo $$ > ${join(assets, "etcd.pid")}; exec sleep 300`);
  await program("kube-apiserver", "echo 'unknown flag: --token-auth-file' >&2; exit 1");
  const failure = await start().then(
    () => assert.fail("it came up"),
    (error: unknown) => error,
  );
  assert.ok(failure instanceof Error);
  const [first = "", second = "", third] = failure.message.split("\n");
  assert.match(
    first,
    /^the test cluster in \S+ did not come up: kube-apiserver at \S+: kube-apiserver ended with code 1$/,
  );
  assert.match(second, /^--- kube-apiserver \(ended with code 1\), /);
  assert.equal(third, "unknown flag: --token-auth-file");
  const directory = / in (\S+) did /.exec(first)?.[1];
  const etcd = Number(await readFile(join(assets, "etcd.pid"), "utf8"));
  const ended = { what: "the end of etcd", withinMs: 10_000, everyMs: 20 };
  await until(ended, async () => (isAlive(etcd) ? undefined : true));
  assert.ok(directory);
  await rm(directory, { recursive: true }); // kept for its logs
});

test("joining a cluster that lacks some of our users names them", async () => {
  const users = ["admin", "alice"].map((user) => ({ context: user, user, token: "t" }));
  const text = kubeconfigText({ name: "theirs", server: "https://127.0.0.1:1", caPem: "CA" }, users, "admin");
  await writeFile(join(assets, "config"), text);
  await program("kubectl", `cat ${join(assets, "config")}`);
  await assert.rejects(start({ TEST_KUBECONFIG: join(assets, "config") }), {
    message:
      `TEST_KUBECONFIG=${join(assets, "config")} lacks the tokens of: countersign, bob, carol, viewer, stranger. ` +
      "Start a cluster that has them with `node test/cluster/serve.ts` and use the file that it names.",
  });
});

test("a joined cluster without its audit log says which variable is missing", async () => {
  const names = ["admin", "countersign", "alice", "bob", "carol", "viewer", "stranger"];
  const users = names.map((user) => ({ context: user, user, token: `${user}-token` }));
  const text = kubeconfigText({ name: "theirs", server: "https://127.0.0.1:1", caPem: "CA" }, users, "admin");
  await writeFile(join(assets, "config"), text);
  await program("kubectl", `cat ${join(assets, "config")}`);
  const cluster = await start({ TEST_KUBECONFIG: join(assets, "config") });
  try {
    assert.equal(cluster.name, "theirs");
    assert.equal(cluster.caPem, "CA");
    assert.equal(cluster.tokenOf("bob"), "bob-token");
    assert.match(await readFile(cluster.kubeconfig("bob"), "utf8"), /"current-context": "theirs"/);
    await assert.rejects(cluster.auditEvents(), /set it to the file of the API server's audit log/);
  } finally {
    await cluster.stop();
  }
});
