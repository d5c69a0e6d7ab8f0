// People's rights through the bot are the cluster's own (T21): on whichever API server it runs, with the rights that are printed.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { verbs } from "../../src/commands/index.ts";
import { isJsonObject, type Json, type JsonObject, textAt } from "../../src/core/json.ts";
import { type Call, type Kind, type ObjectRef, pathOf } from "../../src/core/kube.ts";
import type { Access, Cluster } from "../../src/core/ports/clusters.ts";
import { isRefusal, type Refusal } from "../../src/core/refusal.ts";
import { roleOf } from "../../src/core/role.ts";
import type { OpenClusters } from "../../src/integrations/kubernetes/clusters.ts";
import { type BotAccount, rbacObjects } from "../../src/kubernetes/rbac.ts";
import { personNamed } from "../support/scripted-adapter.ts";

type Answered = { readonly status: number; readonly body: Json };

/** A cluster of one name, in which people are called by `byName`, and two namespaces for this suite. */
export interface RightsBed {
  readonly clusters: OpenClusters;
  readonly name: string;
  readonly bot: BotAccount;
  readonly near: string;
  readonly far: string;
  /** By somebody who may do everything. */
  send(method: string, path: string, body?: Json, contentType?: string): Promise<Answered>;
  /** By the bot's own token, past the adapter. */
  sendAsBot(path: string, headers: Readonly<Record<string, string>>): Promise<Answered>;
  close(): Promise<void>;
}

export interface RightsCase {
  readonly constrained: boolean;
  readonly open: () => Promise<RightsBed>;
}

const rbac = "rbac.authorization.k8s.io";
const groups = ["rights-editors", "rights-viewers", "rights-watchers"];

/** User, their groups. */
const people: readonly (readonly [string, readonly string[]])[] = [
  ["edith", ["rights-editors"]],
  ["victor", ["rights-viewers"]],
  ["wanda", ["rights-watchers"]],
  ["nemo", []],
];

export function rightsContract({ constrained, open }: RightsCase): void {
  let at: RightsBed;
  let kinds: Readonly<Record<string, Kind>>;
  const name = (what: string) => `${what} (${constrained ? "constrained" : "plain"} impersonation)`;

  const of = (person: string, role: string | null = null): Cluster => {
    const known = people.find(([user]) => user === person)?.[1] ?? [];
    const caller = { kind: "person", person: personNamed(person, known), role } as const;
    return present(at.clusters.as(caller).get(at.name));
  };
  const put = async (object: JsonObject): Promise<void> => {
    const isRbac = textAt(object, "apiVersion").startsWith(rbac);
    const namespace = textAt(object, "metadata", "namespace");
    const plural = `${textAt(object, "kind").toLowerCase()}s`;
    const root = isRbac ? `/apis/${rbac}/v1` : plural === "deployments" ? "/apis/apps/v1" : "/api/v1";
    const place = namespace === "" ? "" : `/namespaces/${namespace}`;
    const path = `${root}${place}/${plural}/${encodeURIComponent(textAt(object, "metadata", "name"))}`;
    const put = await at.send("PATCH", `${path}?fieldManager=test&force=true`, object, "application/apply-patch+yaml");
    assert.ok(put.status < 300, JSON.stringify(put.body));
  };

  before(async () => {
    at = await open();
    for (const object of printed(at, constrained)) await put(object);
    for (const object of givenTo(at)) await put(object);
    for (const namespace of [at.near, at.far]) for (const object of things(namespace)) await put(object);
    at.clusters.start();
    await at.clusters.whenWarm();
    const bot = present(at.clusters.get(at.name));
    const known = ["deployments.apps", "configmaps", "secrets", "pods", "nodes"].map(async (word) => {
      const kind = await bot.kindOf(word);
      assert.ok(!isRefusal(kind), JSON.stringify(kind));
      return [kind.resource, kind] as const;
    });
    kinds = Object.fromEntries(await Promise.all(known));
  });
  after(async () => await at.close());

  const kind = (resource: string): Kind => present(kinds[resource]);
  const ref = (resource: string, namespace: string, object = "web"): ObjectRef => ({
    cluster: present(at.clusters.get(at.name)).info.name,
    kind: kind(resource),
    namespace,
    name: object,
    uid: "",
  });

  /** What is done, and the rights that it takes. */
  type Deed = readonly [Access, (cluster: Cluster) => Promise<unknown>];
  const deeds = (namespace: string): readonly Deed[] => {
    const access = (verb: string, resource: string, more: Partial<Access> = {}): Access => ({
      ...{ verb, resource, group: resource === "deployments" ? "apps" : "", namespace },
      ...more,
    });
    const list = (resource: string): Deed => [
      access("list", resource),
      (cluster) => cluster.list({ kind: kind(resource), namespace, limit: 1 }),
    ];
    const patch: Call = {
      ...{ method: "PATCH", path: pathOf(ref("deployments", namespace)), query: {} },
      ...{ contentType: "application/merge-patch+json", body: { spec: { paused: true } }, guard: "body-metadata" },
    };
    const scaled = { ...patch, path: `${patch.path}/scale`, body: { spec: { replicas: 0 } } };
    const removal: Call = { ...patch, method: "DELETE", contentType: "application/json", body: {} };
    return [
      [access("get", "deployments", { name: "web" }), (cluster) => cluster.read(ref("deployments", namespace))],
      [access("get", "secrets", { name: "web" }), (cluster) => cluster.read(ref("secrets", namespace))],
      list("pods"),
      list("configmaps"),
      [access("patch", "deployments", { name: "web" }), (cluster) => cluster.preview(patch)],
      [access("patch", "deployments", { name: "web", subresource: "scale" }), (cluster) => cluster.preview(scaled)],
      [access("delete", "deployments", { name: "web" }), (cluster) => cluster.preview(removal)],
    ];
  };

  test(name("T21: for every user, verb and resource the bot allows what a review of the cluster allows"), async () => {
    let compared = 0;
    const told = new Set<boolean>();
    for (const [person, theirs] of people)
      for (const namespace of [at.near, at.far])
        for (const [access, deed] of deeds(namespace)) {
          const done = await deed(of(person));
          if (isRefusal(done)) assert.equal(done.code, "cluster-forbids", JSON.stringify(done));
          const { name: object, ...rest } = access;
          const resourceAttributes = { ...rest, ...(object === undefined ? {} : { name: object }) };
          const spec = { user: person, groups: [...theirs, "system:authenticated"], resourceAttributes };
          const review = await at.send("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", {
            ...{ apiVersion: "authorization.k8s.io/v1", kind: "SubjectAccessReview", spec: spec as JsonObject },
          });
          const allowed = allowedIn(review.body);
          assert.equal(!isRefusal(done), allowed, `${person} ${JSON.stringify(access)}: ${JSON.stringify(done)}`);
          const own = await of(person).canI(
            { kind: "person", person: personNamed(person, theirs), role: null },
            access,
          );
          assert.equal(!isRefusal(own) && own.allowed, allowed);
          compared += 1;
          told.add(allowed);
        }
    assert.ok(compared >= 30 && told.size === 2, `${compared} compared`);
  });

  test(name("an approval gives who can only read the verb's own calls, and no other ones"), async () => {
    const patch: Call = {
      ...{ method: "PATCH", path: pathOf(ref("deployments", at.near)), query: { fieldManager: "countersign" } },
      ...{ contentType: "application/merge-patch+json", body: { metadata: { labels: { touched: "yes" } } } },
      guard: "body-metadata",
    };
    const scaled: Call = { ...patch, path: `${patch.path}/scale`, body: { spec: { replicas: 0 } } };
    assert.equal(codeOf(await of("victor").preview(patch)), "cluster-forbids");
    assert.equal(codeOf(await of("victor").mayWrite(patch)), "cluster-forbids");
    assert.equal(await of("victor", "restart").mayWrite(patch), null);
    assert.equal(await of("victor", "scale").mayWrite(scaled), null);
    const lacking = await of("victor", "restart").mayWrite(scaled);
    assert.match(
      lacking?.message ?? "",
      /^victor may not patch deployments\.apps\/scale in .*, even with the group countersign:approved:restart that an approval adds/,
    );
    assert.equal(codeOf(await of("victor", "restart").preview(scaled)), "cluster-forbids");
    assert.ok(isJsonObject(await of("victor", "restart").preview(patch)));
    const fresh = await of("victor", "restart").read(ref("deployments", at.near));
    assert.ok(isJsonObject(fresh) && !isRefusal(fresh));
    const options = { fresh, requestId: "r-4k7m2qx", deadlineMs: 10_000 };
    const outcome = await of("victor", "restart").write(patch, options);
    assert.equal(outcome.kind, "written", JSON.stringify(outcome));
    // The role is for what was approved: it reads nothing that the person could not.
    assert.equal(codeOf(await of("nemo", "restart").read(ref("deployments", at.near))), "cluster-forbids");
    const far: Call = { ...patch, path: pathOf(ref("deployments", at.far)) };
    assert.equal(codeOf(await of("victor", "restart").mayWrite(far)), "cluster-forbids", "bound in one namespace only");
  });

  test(name("an apply that creates takes both rights, and has them once approved"), async () => {
    const call: Call = {
      ...{ method: "PATCH", path: pathOf(ref("configmaps", at.near, "made")), query: { fieldManager: "countersign" } },
      ...{ contentType: "application/apply-patch+yaml", guard: "create" },
      body: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "made", namespace: at.near }, data: { a: "1" } },
    };
    assert.equal(codeOf(await of("victor").preview(call)), "cluster-forbids");
    assert.equal(await of("victor", "apply").mayWrite(call), null);
    assert.ok(isJsonObject(await of("victor", "apply").preview(call)));
  });

  test(name("answers from the shared caches hold what the asker may list, and nothing else"), async () => {
    const names = async (person: string) => {
      const seen = await of(person).lookOver({ kind: "cluster" });
      if (isRefusal(seen)) return seen.code;
      const rows = seen?.workloads.filter((row) => [at.near, at.far].includes(row.object.namespace ?? ""));
      return rows?.map((row) => row.object.namespace).join();
    };
    const [first, last] = [at.near, at.far].sort();
    assert.equal(await names("wanda"), `${first},${last}`);
    assert.deepEqual(
      [await names("victor"), await names("edith"), await names("nemo")],
      [at.near, at.near, "cluster-forbids"],
    );
    assert.equal(of("victor").overview({ kind: "cluster" })?.isPartial, true, "and then at once");
    assert.equal(of("nemo").overview({ kind: "cluster" }), null);
    const places = async (person: string) => {
      const found = await of(person).find({ name: "web" }, ["deployments.apps"]);
      if (isRefusal(found)) return found.code;
      return found
        .map((object) => object.namespace)
        .filter((one) => one === at.near || one === at.far)
        .sort()
        .join();
    };
    assert.equal(await places("wanda"), `${first},${last}`);
    assert.deepEqual([await places("victor"), await places("nemo")], [at.near, "cluster-forbids"]);
    const uncached = await of("victor").find({ name: "web" }, ["configmaps"]);
    assert.ok(!isRefusal(uncached), JSON.stringify(uncached));
    const there = uncached.map((object) => object.namespace).filter((one) => one === at.near || one === at.far);
    assert.deepEqual(there, [at.near]);
    const spaces = async (person: string) => {
      const found = await of(person).namespaces();
      return isRefusal(found)
        ? found.code
        : found
            .filter((one) => one === at.near || one === at.far)
            .sort()
            .join();
    };
    assert.deepEqual(
      [await spaces("wanda"), await spaces("victor"), await spaces("nemo")],
      [`${first},${last}`, at.near, ""],
    );
  });

  test(name("the bot itself can neither read what people read nor act above them"), async () => {
    const bot = present(at.clusters.get(at.name));
    assert.equal(codeOf(await bot.read(ref("secrets", at.near))), "cluster-forbids");
    assert.equal(codeOf(await bot.read(ref("configmaps", at.near))), "cluster-forbids");
    const path = `/api/v1/namespaces/${at.near}/secrets`;
    const above = { "impersonate-user": "edith", "impersonate-group": "system:masters" };
    assert.equal((await at.sendAsBot(path, above)).status, 403);
    assert.equal((await at.sendAsBot(path, { ...above, "impersonate-group": "rights-owners" })).status, 403);
    assert.equal(
      (await at.sendAsBot(path, { "impersonate-user": "system:serviceaccount:kube-system:default" })).status,
      403,
    );
    assert.equal((await at.sendAsBot(path, { ...above, "impersonate-group": "rights-editors" })).status, 200);
  });

  test(name("a group that the bot was not given is told as the bot's lack, not the person's"), async () => {
    const caller = { kind: "person", person: personNamed("ola", ["rights-owners"]), role: null } as const;
    const refused = await present(at.clusters.as(caller).get(at.name)).read(ref("deployments", at.near));
    assert.ok(isRefusal(refused) && refused.code === "cluster-forbids", JSON.stringify(refused));
    assert.match(
      refused.message,
      /does not let the bot act in your name: .*rights-owners|does not let the bot act in your name/,
    );
    assert.match(refused.hint, /countersign rbac/);
  });
}

/** What `countersign rbac` prints, its own names told apart from those of other runs on the same cluster. */
function printed({ bot, near }: RightsBed, constrained: boolean): readonly JsonObject[] {
  const objects = rbacObjects({
    bot,
    verbs: [...verbs.values()].map(({ name, access }) => ({ role: roleOf(name), access: access ?? [] })),
    listed: [
      { group: "", resource: "configmaps" },
      { group: "", resource: "secrets" },
      { group: "apps", resource: "deployments" },
    ],
    namespaces: [near],
    groups,
    standing: false,
    granted: { clusterRoles: [], roles: [], wide: [], accounts: null },
    users: people.map(([user]) => user),
    hasUid: false,
    extraKeys: [],
    constrained,
  });
  // Approved groups have one name everywhere; the bot's own roles one in each run.
  return objects
    .map(
      (object) =>
        JSON.parse(JSON.stringify(object).replaceAll(/"countersign(:acts)?"/g, `"${near}-bot$1"`)) as JsonObject,
    )
    .map((object) => keepSubject(object, bot));
}

function keepSubject(object: JsonObject, bot: BotAccount): JsonObject {
  const isOurs = textAt(object, "metadata", "name").includes("-bot");
  if (!isOurs || !("subjects" in object)) return object;
  const subject =
    bot.kind === "User"
      ? { apiGroup: rbac, kind: "User", name: bot.name }
      : { kind: "ServiceAccount", name: bot.name, namespace: bot.namespace };
  return { ...object, subjects: [subject] };
}

function givenTo({ near }: RightsBed): readonly JsonObject[] {
  const bind = (group: string, role: string, namespace: string | null): JsonObject => ({
    apiVersion: `${rbac}/v1`,
    kind: namespace === null ? "ClusterRoleBinding" : "RoleBinding",
    metadata: { name: `${near}-${group}`, ...(namespace === null ? {} : { namespace }) },
    roleRef: { apiGroup: rbac, kind: "ClusterRole", name: role },
    subjects: [{ apiGroup: rbac, kind: "Group", name: group }],
  });
  return [
    bind("rights-editors", "edit", near),
    bind("rights-viewers", "view", near),
    bind("rights-watchers", "view", null),
    {
      apiVersion: `${rbac}/v1`,
      kind: "ClusterRole",
      metadata: { name: `${near}-spaces` },
      rules: [{ apiGroups: [""], resources: ["nodes"], verbs: ["list"] }],
    },
    { ...bind("rights-watchers", `${near}-spaces`, null), metadata: { name: `${near}-spaces` } },
  ];
}

function things(namespace: string): readonly JsonObject[] {
  const labels = { app: "web" };
  return [
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web", namespace },
      spec: {
        replicas: 0,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: "app", image: "registry.example/app:1" }] } },
      },
    },
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "web", namespace }, data: { a: "1" } },
    { apiVersion: "v1", kind: "Secret", metadata: { name: "web", namespace }, stringData: { a: "1" } },
  ];
}

function allowedIn(body: Json): boolean {
  const status = isJsonObject(body) ? body.status : undefined;
  return isJsonObject(status) && status.allowed === true;
}

const codeOf = (answer: unknown): string =>
  isRefusal(answer) ? (answer as Refusal).code : `no refusal: ${JSON.stringify(answer)}`;

function present<T>(value: T | null | undefined): T {
  assert.ok(value !== null && value !== undefined);
  return value;
}
