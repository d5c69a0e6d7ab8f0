// As the person, not as the bot: what each may do in the cluster is what the bot does for them, and an approval adds one group (T21).
import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../../demo/cluster/json.ts";
import type { RequestEntry } from "../../demo/cluster/request-log.ts";
import { linkOf, startLinkedTown, viewBinding } from "../support/linked.ts";
import { until } from "../support/story.ts";
import { approve, ask, cardSays, oneApproval, tell } from "../support/talk.ts";
import { ana, ben, eve, writesOf } from "../support/town.ts";

const asks = { config: oneApproval };
const bound = (entry: RequestEntry) => entry.impersonated?.groups.filter((group) => group !== "system:authenticated");

test("T21: with the printed rights, who can only read carries out what was approved, as themselves", async (t) => {
  const town = await startLinkedTown(t, asks);
  await town.startBot();
  await tell(town, ana, "status shop");
  town.cluster.forgetRequests();
  const card = await ask(town, ana, "restart shop/cart because of the leak");
  const planned = town.cluster.requests().length;
  await approve(town, ben, card);
  await cardSays(town, card, /is done and verified/);
  const calls = town.cluster.requests().filter((entry) => entry.user !== "admin");
  const [write, ...more] = writesOf(town.cluster).filter((entry) => entry.user === "countersign");
  assert.equal(more.length, 0);
  assert.ok(write !== undefined && write.code === 200);
  const request = /r-[0-9a-z]{7}/.exec(write.userAgent)?.[0] ?? "";
  assert.deepEqual(write.impersonated, {
    user: "oidc:ana@acme.example",
    uid: "",
    groups: ["oidc:readers", "countersign:approved:restart", "system:authenticated"],
    extra: { "countersign.dev/request": [request] },
  });
  const dryRuns = calls.filter((entry) => entry.query.has("dryRun"));
  assert.ok(dryRuns.length >= 2 && dryRuns.every((entry) => bound(entry)?.includes("countersign:approved:restart")));
  const reads = town.cluster
    .requests()
    .slice(0, planned)
    .filter((entry) => entry.method === "GET" && entry.impersonated !== undefined);
  assert.ok(
    reads.length > 0 && reads.every((entry) => bound(entry)?.join() === "oidc:readers"),
    "what is read for a plan carries no role",
  );
  const own = calls.filter((entry) => entry.impersonated === undefined).map((entry) => entry.path);
  const shared =
    /^\/(api|apis)(\/[a-z0-9.]+)?$|\/subjectaccessreviews$|\/(pods|nodes|deployments|statefulsets|daemonsets|namespaces|namespaces\/kube-system)$/;
  assert.deepEqual(
    own.filter((path) => !shared.test(path)),
    [],
    "the bot itself only keeps what all share",
  );
});

test("T21: what the approved group was not given is refused when asked, with what to ask for, and nothing is written", async (t) => {
  const town = await startLinkedTown(t, asks);
  town.links.set(ana, linkOf("ana@acme.example", ["operators"]));
  const { startBot, cluster } = town;
  await startBot();
  cluster.objects.put(viewBinding("oidc:operators", "data"));
  const [set] = cluster.objects.list("StatefulSet", "data");
  const answer = await tell(town, ana, `restart data/${set?.metadata.name}`);
  assert.match(
    answer,
    /oidc:ana@acme\.example may not patch statefulsets\.apps in data of cluster production, even with the group countersign:approved:restart that an approval adds/,
  );
  assert.match(answer, /bind countersign:approved:restart in data: countersign rbac prints the manifest/);
  assert.deepEqual(writesOf(cluster), []);
});

test("T21: whoever has not signed in is refused with what to type, and may still ask for help", async (t) => {
  const town = await startLinkedTown(t);
  await town.startBot();
  for (const command of ["status", "get pods -n shop", "restart shop/cart", "history shop/cart"])
    assert.match(
      await tell(town, eve, command),
      /Cluster production can't know who .* is, who has not signed in.[\s\S]*type login/,
      command,
    );
  assert.match(await tell(town, eve, "help"), /restart/);
});

test("T21: rights, or the link, that go between approval and execution stop it before it is claimed", async (t) => {
  const town = await startLinkedTown(t, asks);
  const { cluster, links } = town;
  await town.startBot();
  await tell(town, ana, "halt because of a test");
  const [first, second] = [await ask(town, ana, "restart shop/cart"), await ask(town, ben, "restart shop/search")];
  await approve(town, ben, first);
  await approve(town, ana, second);
  cluster.objects.delete({ kind: "RoleBinding", namespace: "shop", name: "countersign:approved:restart" });
  links.delete(ben);
  const letGo = await ask(town, eve, "unhalt because it was a test");
  await approve(town, ben, letGo);
  assert.match(
    await cardSays(town, first, /was not started|refused|ended|failed/),
    /Nothing was changed: oidc:ana@acme\.example may not patch statefulsets\.apps in shop/,
  );
  assert.match(
    await cardSays(town, second, /was not started|refused|ended|failed/),
    /Nothing was changed: Cluster production can't know who .* is/,
  );
  await town.stopBot();
  const codes = (await town.records()).filter((record) => record.code === "execution.refused");
  assert.equal(codes.length, 2);
  assert.deepEqual(writesOf(cluster), []);
});

test("R12: groups that are too old are sent to no cluster: reads say that they go without them, changes wait for a login", async (t) => {
  const town = await startLinkedTown(t, asks);
  const { cluster, lapsed } = town;
  await town.startBot();
  await tell(town, ana, "halt because of a test");
  const waiting = await ask(town, ana, "restart shop/cart");
  await approve(town, ben, waiting);
  lapsed.add(ana);
  cluster.forgetRequests();
  const own: JsonObject = { ...viewBinding("oidc:ana@acme.example", "data") };
  const [{ apiGroup }] = own.subjects as [{ apiGroup: string }];
  cluster.objects.put({ ...own, subjects: [{ apiGroup, kind: "User", name: "oidc:ana@acme.example" }] });

  const seen = await tell(town, ana, "get pods -n data");
  assert.match(seen, /Asked without your groups: what your sign-in said about them is too old to count\. Type login/);
  const refused = await tell(town, ana, "get pods -n shop");
  assert.match(refused, /oidc:ana@acme\.example[\s\S]*Asked without your groups[\s\S]*Type login/);
  const changed = await tell(town, ana, "restart shop/search");
  assert.match(
    changed,
    /What the sign-in of .* said about their groups is too old, so nothing is changed[\s\S]*Type login/,
  );
  const sent = () =>
    cluster
      .requests()
      .filter((entry) => entry.impersonated?.user === "oidc:ana@acme.example")
      .flatMap(bound);
  assert.deepEqual(sent(), []);

  const letGo = await ask(town, eve, "unhalt because it was a test");
  await approve(town, ben, letGo);
  await until(town, waiting, "nothing is changed in cluster production in their name until they type login");
  assert.deepEqual([sent(), writesOf(cluster)], [[], []]);
  lapsed.delete(ana);
  await cardSays(town, waiting, /is done and verified/);
});
