// What every cluster adapter must do, on whichever API server it runs: the contract of src/core/ports/clusters.ts.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { isJsonObject, type Json, type JsonObject, mapAt, textAt } from "../../src/core/json.ts";
import { type Call, collectionPath, type Kind, type KubeObject, type ObjectRef, pathOf } from "../../src/core/kube.ts";
import type { Cluster, WriteOptions } from "../../src/core/ports/clusters.ts";
import { isRefusal } from "../../src/core/refusal.ts";
import { eventually } from "../support/hand-clock.ts";

export interface ContractCluster {
  readonly cluster: Cluster;
  /** An existing, empty namespace that the suite may fill. */
  readonly namespace: string;
  /** A call by somebody else who may do everything, past the adapter. */
  send(
    method: string,
    path: string,
    body?: Json,
    contentType?: string,
  ): Promise<{ readonly status: number; readonly body: Json }>;
  close(): Promise<void>;
}

const bot = { kind: "bot" } as const;
const never = new AbortController().signal;

export function clustersContract(open: () => Promise<ContractCluster>): void {
  let at: ContractCluster;
  let cluster: Cluster;
  let configMap: Kind;
  let deployments: Kind;

  before(async () => {
    at = await open();
    cluster = at.cluster;
    configMap = got(await cluster.kindOf("configmaps"));
    deployments = got(await cluster.kindOf("deployments.apps"));
  });
  after(async () => await at.close());

  const refTo = (kind: Kind, object: KubeObject): ObjectRef => ({
    cluster: cluster.info.name,
    kind,
    namespace: at.namespace,
    name: textAt(object, "metadata", "name"),
    uid: textAt(object, "metadata", "uid"),
  });

  const create = async (
    kind: Kind,
    body: JsonObject,
  ): Promise<{ readonly ref: ObjectRef; readonly fresh: KubeObject }> => {
    const made = await at.send("POST", collectionPath(kind, at.namespace), body);
    assert.equal(made.status, 201, JSON.stringify(made.body));
    assert.ok(isJsonObject(made.body));
    const ref = refTo(kind, made.body);
    return { ref, fresh: present(await cluster.read(ref)) };
  };

  const newConfigMap = (name: string, data: JsonObject = { a: "1" }) =>
    create(configMap, { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data });

  const newDeployment = (name: string) =>
    create(deployments, {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: { containers: [{ name: "app", image: "registry.example/app:1" }] },
        },
      },
    });

  const touch = async (ref: ObjectRef): Promise<void> => {
    const patch = { metadata: { labels: { touched: "yes" } } };
    const done = await at.send("PATCH", pathOf(ref), patch, "application/merge-patch+json");
    assert.equal(done.status, 200);
  };

  const jsonPatch = (ref: ObjectRef, value: string): Call => ({
    method: "PATCH",
    path: pathOf(ref),
    query: { fieldManager: "countersign" },
    contentType: "application/json-patch+json",
    body: [{ op: "replace", path: "/data/a", value }],
    guard: "json-patch-test",
  });
  const apply = (ref: ObjectRef, data: JsonObject): Call => ({
    method: "PATCH",
    path: pathOf(ref),
    query: { fieldManager: "countersign", force: "false" },
    contentType: "application/apply-patch+yaml",
    body: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: ref.name, namespace: at.namespace }, data },
    guard: "body-metadata",
  });
  const remove = (ref: ObjectRef): Call => ({
    method: "DELETE",
    path: pathOf(ref),
    query: {},
    contentType: "application/json",
    body: { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Background" },
    guard: "delete-preconditions",
  });
  const options = (fresh: KubeObject | null): WriteOptions => ({
    fresh,
    requestId: "r-4k7m2qx",
    deadlineMs: 10_000,
  });

  test("a kind is known by plural, singular, short name, kind and resource.group", async () => {
    for (const word of [
      "deployments",
      "deployment",
      "deploy",
      "Deployment",
      "deployments.apps",
      "deployments.v1.apps",
    ]) {
      const kind = got(await cluster.kindOf(word));
      assert.deepEqual([kind.group, kind.version, kind.resource, kind.namespaced], ["apps", "v1", "deployments", true]);
    }
    assert.equal(got(await cluster.kindOf("no")).kind, "Node");
  });

  test("an unknown kind is refused with the nearest ones", async () => {
    const refusal = await cluster.kindOf("deploymnts");
    assert.ok(isRefusal(refusal) && refusal.code === "no-such-kind" && refusal.hint.includes("deployments"));
  });

  test("a manifest's kind is found by its apiVersion, or refused with what is served", async () => {
    assert.equal(got(await cluster.kindOfManifest("apps/v1", "Deployment")).resource, "deployments");
    const refusal = await cluster.kindOfManifest("extensions/v1beta1", "Deployment");
    assert.ok(isRefusal(refusal) && refusal.code === "no-such-kind" && refusal.hint.includes("apps/v1"));
  });

  test("discovery names the scale subresource of Deployments", async () => {
    assert.ok(deployments.subresources.includes("scale"));
  });

  test("the namespace is listed, and health tells the version", async () => {
    assert.ok(got(await cluster.namespaces()).includes(at.namespace));
    const health = await cluster.health();
    assert.ok(health.reachable && /^v\d/.test(health.version), JSON.stringify(health));
  });

  test("what exists is read with kind and version, what does not is null", async () => {
    const { ref, fresh } = await newConfigMap("read-me");
    assert.deepEqual([fresh.apiVersion, fresh.kind, fresh.data], ["v1", "ConfigMap", { a: "1" }]);
    assert.equal(await cluster.read({ ...ref, name: "read-me-not" }), null);
  });

  test("a list keeps to its limit, says how much remains, and names each object's kind", async () => {
    for (const name of ["list-1", "list-2", "list-3"]) await newConfigMap(name);
    const list = got(await cluster.list({ kind: configMap, namespace: at.namespace, limit: 2 }));
    assert.equal(list.items.length, 2);
    assert.ok(list.remaining >= 1);
    assert.equal(list.items[0]?.kind, "ConfigMap");
    const one = { kind: configMap, namespace: at.namespace, limit: 5, fieldSelector: "metadata.name=list-3" };
    assert.deepEqual(
      got(await cluster.list(one)).items.map((item) => textAt(item, "metadata", "name")),
      ["list-3"],
    );
  });

  test("a table has the server's columns and one row for each object", async () => {
    await newConfigMap("in-table");
    const table = got(await cluster.table({ kind: configMap, namespace: at.namespace, limit: 50, name: "in-table" }));
    assert.equal(table.columns[0]?.name, "Name");
    assert.deepEqual(
      table.rows.map((row) => [row.namespace, row.name, row.cells[0]]),
      [[at.namespace, "in-table", "in-table"]],
    );
  });

  test("exact names are found before prefixes, in the caches and on the server", async () => {
    await newConfigMap("find-longer");
    await newConfigMap("find");
    const names = (found: readonly ObjectRef[]): readonly string[] => found.map((one) => one.name);
    const words = { namespace: at.namespace, kind: "cm", name: "find" };
    assert.deepEqual(names(got(await cluster.find(words, []))), ["find", "find-longer"]);
    const { ref } = await newDeployment("find-me");
    await eventually(() => cluster.overview({ kind: "workload", object: ref })?.workloads.length === 1);
    const found = got(await cluster.find({ name: "find-m" }, ["deployments.apps"]));
    assert.deepEqual(found, [ref]);
    const wrong = await cluster.find(words, ["deployments.apps"]);
    assert.ok(isRefusal(wrong) && wrong.code === "wrong-kind");
  });

  test("what was made a moment ago is found, whether the caches know it by now or not", async () => {
    for (let index = 0; index < 5; index += 1) {
      const { ref } = await newDeployment(`just-made-${index}`);
      const { namespace, name } = ref;
      assert.deepEqual(got(await cluster.find({ namespace: namespace ?? "", name }, ["deployments.apps"])), [ref]);
    }
  });

  test("a preview tells what would be stored and changes nothing", async () => {
    const { ref, fresh } = await newConfigMap("preview-me");
    const after = present(await cluster.preview(jsonPatch(ref, "2")));
    assert.deepEqual(after.data, { a: "2" });
    assert.deepEqual(present(await cluster.read(ref)), fresh);
    assert.equal(await cluster.preview(remove(ref)), null);
    assert.deepEqual(present(await cluster.read(ref)), fresh);
  });

  test("a preview with an unknown field is refused: validation is strict", async () => {
    const { ref } = await newDeployment("strict");
    const body = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "strict" }, spec: { replicsa: 2 } };
    const refusal = await cluster.preview({ ...apply(ref, {}), path: pathOf(ref), body });
    assert.ok(
      isRefusal(refusal) && refusal.code === "cluster-rejects" && refusal.message.includes("replicsa"),
      JSON.stringify(refusal),
    );
  });

  for (const [guard, call] of [
    ["json-patch-test", jsonPatch] as const,
    ["body-metadata", (ref: ObjectRef, value: string) => apply(ref, { b: value })] as const,
    ["delete-preconditions", remove] as const,
  ]) {
    test(`${guard}: what changed since it was read is stale, and nothing is written`, async () => {
      const { ref, fresh } = await newConfigMap(`stale-${guard}`);
      await touch(ref);
      const before = present(await cluster.read(ref));
      const outcome = await cluster.write(call(ref, "2"), options(fresh));
      assert.equal(outcome.kind, "stale", JSON.stringify(outcome));
      assert.deepEqual(present(await cluster.read(ref)), before);
    });

    test(`${guard}: what was deleted and created again is stale`, async () => {
      const { ref, fresh } = await newConfigMap(`again-${guard}`);
      assert.equal((await at.send("DELETE", pathOf(ref))).status, 200);
      const second = await newConfigMap(`again-${guard}`);
      const mixed = { metadata: { ...mapAt(second.fresh, "metadata"), uid: ref.uid } };
      assert.equal((await cluster.write(call(ref, "2"), options(fresh))).kind, "stale");
      assert.equal((await cluster.write(call(ref, "2"), options(mixed))).kind, "stale");
      assert.deepEqual(present(await cluster.read(ref)), second.fresh);
    });

    test(`${guard}: what is as it was read is written, once, with the request's annotation`, async () => {
      const { ref, fresh } = await newConfigMap(`write-${guard}`);
      const outcome = await cluster.write(call(ref, "2"), options(fresh));
      assert.equal(outcome.kind, "written", JSON.stringify(outcome));
      const stored = await cluster.read(ref);
      if (guard === "delete-preconditions") return assert.equal(stored, null);
      const live = present(stored);
      assert.equal(textAt(live, "metadata", "annotations", "countersign.dev/request"), "r-4k7m2qx");
      assert.ok(outcome.kind === "written" && outcome.auditId !== null && outcome.stored !== null);
      assert.equal(textAt(outcome.stored, "metadata", "resourceVersion"), textAt(live, "metadata", "resourceVersion"));
      return undefined;
    });
  }

  test("creating what already exists is stale, not an overwrite", async () => {
    const { fresh } = await newConfigMap("exists");
    const call: Call = {
      method: "POST",
      path: collectionPath(configMap, at.namespace),
      query: { fieldManager: "countersign" },
      contentType: "application/json",
      body: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "exists" }, data: { a: "9" } },
      guard: "create",
    };
    assert.equal((await cluster.write(call, options(null))).kind, "stale");
    assert.deepEqual(present(await cluster.read(refTo(configMap, fresh))), fresh);
    const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "exists-not" }, data: { a: "9" } };
    const outcome = await cluster.write({ ...call, body }, options(null));
    assert.equal(outcome.kind, "written");
  });

  test("fields that another manager owns are a conflict that names them", async () => {
    const path = `${collectionPath(configMap, at.namespace)}/owned`;
    const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "owned" }, data: { a: "theirs" } };
    const theirs = await at.send("PATCH", `${path}?fieldManager=other`, body, "application/apply-patch+yaml");
    assert.ok(theirs.status === 200 || theirs.status === 201, JSON.stringify(theirs.body));
    const ref = refTo(configMap, theirs.body as KubeObject);
    const refusal = await cluster.preview(apply(ref, { a: "ours" }));
    assert.ok(
      isRefusal(refusal) && refusal.code === "field-conflict" && refusal.message.includes(".data.a"),
      JSON.stringify(refusal),
    );
    const outcome = await cluster.write(apply(ref, { a: "ours" }), options(present(await cluster.read(ref))));
    assert.ok(outcome.kind === "refused" && outcome.refusal.code === "field-conflict", JSON.stringify(outcome));
  });

  test("the scale subresource is read and written under the object's own version", async () => {
    const { ref } = await newDeployment("scale-me");
    const scale = present(await cluster.readSub(ref, "scale"));
    assert.equal(textAt(scale, "kind"), "Scale");
    const call: Call = {
      ...jsonPatch(ref, ""),
      path: pathOf(ref, "scale"),
      body: [{ op: "replace", path: "/spec/replicas", value: 0 }],
    };
    const stale = { metadata: { ...mapAt(scale, "metadata"), resourceVersion: "1" } };
    assert.equal((await cluster.write(call, options(stale))).kind, "stale");
  });

  test("secret values leave as tags, equal for equal values", async () => {
    const secrets = got(await cluster.kindOf("secrets"));
    const body = (name: string, password: string): JsonObject => ({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name },
      data: { password: Buffer.from(password).toString("base64") },
    });
    const one = await create(secrets, body("secret-1", "canary-hunter2"));
    const other = await create(secrets, body("secret-2", "canary-hunter2"));
    assert.match(textAt(one.fresh, "data", "password"), /^\*\*\* \([0-9a-f]{12}\)$/);
    assert.deepEqual(one.fresh.data, other.fresh.data);
    const list = got(await cluster.list({ kind: secrets, namespace: at.namespace, limit: 10 }));
    const text = JSON.stringify(list);
    assert.ok(!text.includes("canary") && !text.includes(Buffer.from("canary-hunter2").toString("base64")));
  });

  test("the bot is told what it may do", async () => {
    const access = { verb: "get", group: "apps", resource: "deployments", namespace: at.namespace };
    assert.equal(got(await cluster.canI(bot, access)).allowed, true);
  });

  test("others are answered by their own rights, never by the bot's", async () => {
    const access = { verb: "get", group: "", resource: "configmaps", namespace: at.namespace };
    const subject = { user: "granted@example.com", groups: ["contract-readers"] };
    assert.equal(got(await cluster.mayDo(subject, access)).allowed, false);
    const rbac = "/apis/rbac.authorization.k8s.io/v1";
    const role = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata: { name: "reader" } };
    const rules = [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get"] }];
    const made = await at.send("POST", `${rbac}/namespaces/${at.namespace}/roles`, { ...role, rules });
    assert.equal(made.status, 201);
    const binding = await at.send("POST", `${rbac}/namespaces/${at.namespace}/rolebindings`, {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name: "reader" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "reader" },
      subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: subject.user }],
    });
    assert.equal(binding.status, 201);
    let answer = got(await cluster.mayDo(subject, access));
    // The authorizer hears of the binding a moment after the API stored it.
    while (!answer.allowed) answer = got(await cluster.mayDo(subject, access));
    assert.match(answer.reason, /RoleBinding "reader/);
    assert.equal(got(await cluster.mayDo(subject, { ...access, verb: "delete" })).allowed, false);
    assert.equal(got(await cluster.mayDo({ user: "somebody@example.com", groups: [] }, access)).allowed, false);
  });

  test("a token is made for as long as asked, bound to its Secret; none under ten minutes, none without the Secret", async () => {
    const accounts = got(await cluster.kindOf("serviceaccounts"));
    const secrets = got(await cluster.kindOf("secrets"));
    await create(accounts, { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "holder" } });
    const anchor = await create(secrets, { apiVersion: "v1", kind: "Secret", metadata: { name: "anchor" } });
    const secret = { name: "anchor", uid: anchor.ref.uid };
    const wanted = { namespace: at.namespace, serviceAccount: "holder", secret, expiresInSeconds: 1_200 };
    const [one, two] = [got(await cluster.tokenFor(wanted)), got(await cluster.tokenFor(wanted))];
    assert.ok(one.token.length > 10 && one.token !== two.token);
    assert.match(one.server, /^https?:\/\//);
    const created = Date.parse(textAt(anchor.fresh, "metadata", "creationTimestamp"));
    assert.ok(
      one.expiresAt >= created + 1_200_000 && one.expiresAt <= created + 1_260_000,
      `${one.expiresAt - created}`,
    );
    const short = await cluster.tokenFor({ ...wanted, expiresInSeconds: 599 });
    assert.ok(isRefusal(short) && short.code === "cluster-rejects" && short.message.includes("10 minutes"));
    const nowhere = await cluster.tokenFor({ ...wanted, secret: { name: "nothing", uid: "u" } });
    assert.ok(isRefusal(nowhere), JSON.stringify(nowhere));
  });

  test("the caches know a workload soon after it is made, and no longer after it is gone", async () => {
    const { ref } = await newDeployment("cached");
    const rows = () => cluster.overview({ kind: "namespace", namespace: at.namespace })?.workloads ?? [];
    await eventually(() => rows().some((row) => row.object.name === "cached"));
    const row = rows().find((one) => one.object.name === "cached");
    assert.deepEqual([row?.object, row?.desired, row?.health], [ref, 0, "scaled-to-zero"]);
    assert.deepEqual(row?.images, ["registry.example/app:1"]);
    assert.equal((await at.send("DELETE", pathOf(ref))).status, 200);
    await eventually(() => !rows().some((one) => one.object.name === "cached"));
  });

  test("gone is reached when the object goes, and at once for one that was recreated", async () => {
    const { ref } = await newConfigMap("go");
    const steps: string[] = [];
    const following = cluster.follow({ kind: "gone", object: ref }, never, (step) => steps.push(step.says));
    await eventually(() => steps.length === 1);
    await at.send("DELETE", pathOf(ref));
    assert.equal((await following).kind, "reached");
    await newConfigMap("go");
    assert.equal((await cluster.follow({ kind: "gone", object: ref }, never, () => undefined)).kind, "reached");
    assert.equal((await cluster.follow({ kind: "present", object: ref }, never, () => undefined)).kind, "failed");
  });

  test("an object that exists is present, and following ends when it is aborted", async () => {
    const { ref } = await newConfigMap("here");
    assert.equal((await cluster.follow({ kind: "present", object: ref }, never, () => undefined)).kind, "reached");
    const stop = new AbortController();
    const following = cluster.follow({ kind: "gone", object: ref }, stop.signal, () => stop.abort());
    assert.equal((await following).kind, "aborted");
  });

  test("logs of a pod that is not there are refused by name", async () => {
    const query = { namespace: at.namespace, pod: "nobody", previous: false, tailLines: 5, limitBytes: 1_000 };
    const refusal = await cluster.logs(query);
    assert.ok(isRefusal(refusal) && refusal.code === "no-such-target" && refusal.message.includes("nobody"));
  });
}

function got<T>(value: T): Exclude<T, { readonly kind: "refusal" }> {
  assert.ok(!isRefusal(value), JSON.stringify(value));
  return value as Exclude<T, { readonly kind: "refusal" }>;
}

function present(value: unknown): KubeObject {
  assert.ok(isJsonObject(value) && !isRefusal(value), JSON.stringify(value));
  return value;
}
