// Access for a time on a real API server, as people with the printed rights: it ends with the bot dead, and a token ends at once.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { RequestId } from "../../src/core/ids.ts";
import { startTestCluster } from "../cluster/start.ts";
import { createNamespace, output, type TestCluster } from "../cluster/test-cluster.ts";
import { until } from "../cluster/until.ts";
import { kubeconfigText } from "../cluster/users.ts";
import { linkedPeople, linkOf, printedRights, withMapping } from "../support/linked.ts";
import { approve, ask, cardSays, idOf, tell, wordsOf } from "../support/talk.ts";
import { ana, ben, dev, finn, type Place, startPlace } from "../support/town.ts";

const namespace = "granted";
const devThere = "oidc:dev@acme.example";
const links = new Map(
  Object.entries({ ana, ben, dev, finn }).map(([name, user]) => [
    user,
    linkOf(`${name}@acme.example`, user === dev ? [] : ["readers"]),
  ]),
);
const catalogue = `access:
  roles:
    - name: read-logs
      title: Read pods and their logs
      rules: [{ apiGroups: [""], resources: [pods, pods/log], verbs: [get, list, watch] }]
      credential: [binding, token]
`;

let cluster: TestCluster;
let reaper: ChildProcess;
const directory = mkdtempSync(join(tmpdir(), "countersign-real-"));
const admin = (...args: readonly string[]) => output(cluster.kubectl("admin", ...args));
const apply = (text: string) => output(cluster.kubectlWithInput("admin", text, "apply", "-f", "-"));

before(async () => {
  cluster = await startTestCluster();
  await createNamespace(cluster, namespace);
  await apply(readFileSync("deploy/reaper.yaml", "utf8"));
  const kubeconfig = await kubeconfigOf("countersign", "countersign-reaper");
  reaper = spawn(process.execPath, ["src/cli.ts", "reaper", "--kubeconfig", kubeconfig, "--port", "0"], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, COUNTERSIGN_LOG_LEVEL: "error" },
  });
});
after(async () => {
  reaper?.kill();
  rmSync(directory, { recursive: true, force: true });
  await cluster?.stop();
});

async function kubeconfigOf(from: string, account: string): Promise<string> {
  const token = (await admin("-n", from, "create", "token", account)).trim();
  const file = join(directory, `${account}.kubeconfig`);
  const user = { context: account, user: account, token };
  writeFileSync(file, kubeconfigText(cluster, [user], account), { mode: 0o600 });
  return file;
}

/** What `countersign rbac` prints is all that the bot and an approval hold here; people may look at workloads. */
async function prepare(place: Place): Promise<void> {
  const flags = ["--namespaces", namespace, "--bot", `${namespace}/bot`];
  const objects = await printedRights(["--config", place.configFile, ...flags]);
  // The test bed has a bot of this name already; ours stands beside it.
  const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }).replaceAll(
    /"name":"countersign(:(?:acts|ends|catalogue)(?::accounts)?)?"/g,
    `"name":"${namespace}$1"`,
  );
  await apply(text);
}

async function may(...what: readonly string[]): Promise<boolean> {
  const asked = await cluster.kubectl("admin", "-n", namespace, "auth", "can-i", ...what, "--as", devThere);
  return asked.stdout.trim() === "yes";
}

/** Asked by one, countersigned by two, read back as active. */
async function granted(place: Place, text: string): Promise<string> {
  const card = await ask(place, ana, text);
  await approve(place, ben, card);
  await cardSays(place, card, /waits/);
  assert.equal(await may("list", "pods"), false, "one vote of two gives nothing");
  await approve(place, finn, card);
  await cardSays(place, card, /is done and verified/);
  return idOf(card);
}

/** T28: what a dump of the database would be searched for. */
function filesWith(folder: string, text: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true }).map(String);
  const stores = names.filter((name) => name.includes("store.db"));
  assert.ok(stores.length > 0);
  return stores.filter((name) => readFileSync(join(folder, name), "latin1").includes(text));
}

const hears = (place: Place, words: RegExp) =>
  place.slack.waitForMessage(
    (message) => place.slack.channel(message.channel)?.kind === "im" && words.test(wordsOf(message)),
    5_000,
  );

test("R28, T23: with the printed rights alone a grant becomes active, and ends: by revoke, by its token's Secret, and with the bot dead", async (t) => {
  await admin("-n", namespace, "create", "serviceaccount", "bot");
  await admin("-n", namespace, "create", "rolebinding", "view", "--clusterrole=view", "--group=oidc:readers");
  const place = await startPlace(t, {
    directory: mkdtempSync(join(tmpdir(), "countersign-real-")),
    kubeconfig: await kubeconfigOf(namespace, "bot"),
    context: "bot",
    config: (text) => withMapping(text.replace("audit:\n  checkpoints", `${catalogue}audit:\n  checkpoints`)),
  });
  await prepare(place);
  const start = () => place.startBot({ knownOf: linkedPeople(links) });
  const bot = await start();

  await t.test("a token works by its kubeconfig, and is refused as soon as its grant is revoked", async () => {
    const id = await granted(place, `grant <@${dev}> read-logs on ${namespace} for 15m --as token because of an alarm`);
    const made = await bot.handOverKubeconfig(id as RequestId, dev);
    assert.ok("kubeconfig" in made, JSON.stringify(made));
    const file = join(directory, "handed-over.kubeconfig");
    writeFileSync(file, made.kubeconfig, { mode: 0o600 });
    const pods = () => cluster.kubectl("stranger", "--kubeconfig", file, "--context", id, "get", "pods");
    const held = await pods();
    assert.equal(held.code, 0, held.stderr);
    assert.equal(await may("list", "pods"), false, "their own credentials gain nothing");
    assert.match(await tell(place, ana, `revoke ${id}`), /is revoked, and read back as gone/);
    // The API server keeps a token's verdict for some seconds.
    await until({ what: "the token's end", withinMs: 15_000 }, async () =>
      /Unauthorized|must be logged in/.test((await pods()).stderr) ? true : undefined,
    );
  });

  await t.test(
    "a ten-minute token is fetched late, ends with its grant by the API server's own word, and no store holds it",
    async () => {
      const id = await granted(
        place,
        `grant <@${dev}> read-logs on ${namespace} for 10m --as token because of an alarm`,
      );
      assert.deepEqual(filesWith(place.directory, "eyJ"), []);
      const binding = JSON.parse(
        await admin("-n", namespace, "get", "rolebinding", `countersign-grant-${id}`, "-o", "json"),
      );
      const bornAt = Date.parse(binding.metadata.creationTimestamp);
      // Less than the API server's ten minutes are left by then.
      await until({ what: "some seconds of the grant", withinMs: 20_000 }, async () =>
        Date.now() > bornAt + 5_000 ? true : undefined,
      );
      const made = await bot.handOverKubeconfig(id as RequestId, dev);
      assert.ok("kubeconfig" in made, JSON.stringify(made));
      const [, payload = ""] = (/"token": "([^"]+)"/.exec(made.kubeconfig)?.[1] ?? "").split(".");
      const { exp } = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
      assert.equal(exp * 1_000, made.expiresAt);
      assert.ok(made.expiresAt <= bornAt + 600_000 && made.expiresAt > bornAt + 590_000, `${made.expiresAt - bornAt}`);
      assert.deepEqual(filesWith(place.directory, "eyJ"), []);
      assert.match(await tell(place, ana, `revoke ${id}`), /is revoked, and read back as gone/);
    },
  );

  await t.test("the bot holds no right on any Secret or token but where grants' accounts stand", async () => {
    const can = async (...what: readonly string[]) =>
      (
        await cluster.kubectl("admin", "auth", "can-i", ...what, "--as", `system:serviceaccount:${namespace}:bot`)
      ).stdout.trim();
    for (const verb of ["get", "list", "delete", "create"])
      assert.equal(await can(verb, "secrets", "-n", namespace), "no", verb);
    assert.equal(await can("create", "serviceaccounts", "--subresource=token", "-n", namespace), "no");
    assert.equal(await can("create", "serviceaccounts", "--subresource=token", "-n", "countersign-grants"), "no");
    assert.equal(await can("delete", "secrets", "-n", "countersign-grants"), "yes");
    assert.equal(await can("list", "secrets", "-n", "countersign-grants"), "no");
  });

  await t.test("a binding is gone from the cluster when revoke says so", async () => {
    const id = await granted(place, `grant <@${dev}> read-logs on ${namespace} for 10m because of an alarm`);
    assert.equal(await may("list", "pods"), true);
    assert.match(await tell(place, ana, `revoke ${id}`), /is revoked, and read back as gone/);
    assert.equal(await may("list", "pods"), false);
  });

  await t.test(
    "the bot stopped, the reaper ends it in time; started again, the bot says so after reading back",
    async () => {
      const id = await granted(place, `grant <@${dev}> read-logs on ${namespace} for 1m because of an alarm`);
      const activeBy = Date.now();
      assert.equal(await may("list", "pods"), true);
      await place.stopBot();
      await until({ what: "the access's end", withinMs: 120_000 }, async () =>
        (await may("list", "pods")) ? undefined : true,
      );
      assert.ok(Date.now() - activeBy > 45_000, "not long before its time");
      await start();
      await hears(place, /has ended: its time is over\. Read back as gone; the cluster says no/);
      await place.stopBot();
      const codes = (await place.records()).filter(({ request }) => request === id).map(({ code }) => code);
      assert.ok(codes.indexOf("grant.ending") > codes.indexOf("grant.activated"), codes.join(" "));
      assert.equal(codes.at(-1), "grant.ended");
      assert.equal(codes.lastIndexOf("write.done"), codes.indexOf("write.done"), "the bot itself removed nothing");
    },
  );
  assert.deepEqual(
    place.faults.filter((fault) => fault.startsWith("error")),
    [],
  );
});
