// Who may do what: tokens, RBAC, impersonation and the reviews.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { at, type JsonObject } from "../../../demo/cluster/json.ts";
import { DEPLOYMENTS, type Fixture, message, startFixture } from "./fixture.ts";

let on: Fixture;
before(async () => {
  on = await startFixture();
});
after(() => on.cluster.stop());

const RBAC = "rbac.authorization.k8s.io";

function grant(name: string, user: string, rules: readonly JsonObject[], namespace?: string): void {
  const scope = namespace === undefined ? "Cluster" : "";
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
  on.cluster.objects.put({ apiVersion: `${RBAC}/v1`, kind: `${scope}Role`, metadata, rules: [...rules] });
  const roleRef = { apiGroup: RBAC, kind: `${scope}Role`, name };
  const subjects = [{ apiGroup: RBAC, kind: "User", name: user }];
  on.cluster.objects.put({ apiVersion: `${RBAC}/v1`, kind: `${scope}RoleBinding`, metadata, roleRef, subjects });
}

test("an unknown token is 401, no token is anonymous", async () => {
  const unknown = await on.ask("GET", DEPLOYMENTS, { as: "guess" });
  assert.deepEqual([unknown.code, message(unknown)], [401, "Unauthorized"]);
  const response = await fetch(on.cluster.url + DEPLOYMENTS);
  assert.equal(response.status, 403);
  assert.match(await response.text(), /User \\"system:anonymous\\" cannot list resource/);
});

test("a refusal names the user, the verb, the resource, the group and the namespace", async () => {
  const reply = await on.ask("PATCH", `${DEPLOYMENTS}/x`, {
    as: "alice",
    body: [],
    type: "application/json-patch+json",
  });
  assert.equal(reply.code, 403);
  assert.equal(
    message(reply),
    'deployments.apps "x" is forbidden: User "alice" cannot patch resource "deployments" in API group "apps" in the namespace "shop"',
  );
  const nodes = await on.ask("GET", "/api/v1/nodes", { as: "alice" });
  assert.equal(
    message(nodes),
    'nodes is forbidden: User "alice" cannot list resource "nodes" in API group "" at the cluster scope',
  );
});

test("a Role counts in its namespace only, and a subresource is a right of its own", async () => {
  grant("reader", "alice", [{ apiGroups: ["apps"], resources: ["deployments"], verbs: ["list"] }], "shop");
  assert.equal((await on.ask("GET", DEPLOYMENTS, { as: "alice" })).code, 200);
  assert.equal((await on.ask("GET", "/apis/apps/v1/namespaces/default/deployments", { as: "alice" })).code, 403);
  const scale = await on.ask("GET", `${DEPLOYMENTS}/x/scale`, { as: "alice" });
  assert.match(String(message(scale)), /cannot get resource "deployments\/scale"/);
});

test("resourceNames limit a right to those objects", async () => {
  grant(
    "one-name",
    "alice",
    [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get"], resourceNames: ["mine"] }],
    "shop",
  );
  assert.equal((await on.ask("GET", "/api/v1/namespaces/shop/configmaps/mine", { as: "alice" })).code, 404);
  assert.equal((await on.ask("GET", "/api/v1/namespaces/shop/configmaps/yours", { as: "alice" })).code, 403);
});

test("acting as somebody else needs the right to, and the refusal is that of 1.36", async () => {
  const refused = await on.ask("GET", DEPLOYMENTS, { as: "bot", headers: { "impersonate-user": "alice" } });
  assert.equal(refused.code, 403);
  assert.equal(
    message(refused),
    'deployments.apps is forbidden: User "bot" cannot impersonate-on:user-info:list resource "deployments" in API group "apps" in the namespace "shop"',
  );
});

test("with the right, the request counts as the other user's, and the log has both", async () => {
  grant("impersonator", "bot", [
    { apiGroups: [""], resources: ["users", "groups"], verbs: ["impersonate"] },
    { apiGroups: ["authentication.k8s.io"], resources: ["userextras/ticket"], verbs: ["impersonate"] },
  ]);
  on.cluster.forgetRequests();
  const headers = { "impersonate-user": "alice", "impersonate-group": "ops", "impersonate-extra-ticket": "OPS-7" };
  const allowed = await on.ask("GET", DEPLOYMENTS, { as: "bot", headers });
  assert.equal(allowed.code, 200);
  const refused = await on.ask("DELETE", `${DEPLOYMENTS}/x`, { as: "bot", headers });
  assert.match(String(message(refused)), /User "alice" cannot delete/);
  const [first] = on.cluster.requests();
  assert.equal(first?.user, "bot");
  assert.deepEqual(first?.impersonated, {
    user: "alice",
    groups: ["ops", "system:authenticated"],
    uid: "",
    extra: { ticket: ["OPS-7"] },
  });
  assert.equal(first?.auditId, allowed.headers.get("audit-id"));
});

test("constrained impersonation allows one kind of request only", async () => {
  grant("constrained", "alice", [
    { apiGroups: ["authentication.k8s.io"], resources: ["users"], verbs: ["impersonate:user-info"] },
  ]);
  grant(
    "constrained-on",
    "alice",
    [{ apiGroups: ["apps"], resources: ["deployments"], verbs: ["impersonate-on:user-info:list"] }],
    "shop",
  );
  grant("carol", "carol", [{ apiGroups: ["apps"], resources: ["deployments"], verbs: ["*"] }], "shop");
  const headers = { "impersonate-user": "carol" };
  assert.equal((await on.ask("GET", DEPLOYMENTS, { as: "alice", headers })).code, 200);
  assert.equal((await on.ask("DELETE", `${DEPLOYMENTS}/x`, { as: "alice", headers })).code, 403);
});

test("a review decides as the server itself would", async () => {
  const resourceAttributes = { namespace: "shop", verb: "list", group: "apps", resource: "deployments" };
  const own = async (verb: string, as: string): Promise<unknown> => {
    const body = { spec: { resourceAttributes: { ...resourceAttributes, verb } } };
    return at(
      (await on.ask("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", { as, body })).body,
      "status",
      "allowed",
    );
  };
  assert.deepEqual(
    [await own("list", "alice"), await own("delete", "alice"), await own("delete", "admin")],
    [true, false, true],
  );
  const other = await on.ask("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", {
    body: { spec: { user: "alice", resourceAttributes } },
  });
  assert.deepEqual(other.body.status, {
    allowed: true,
    reason: 'RBAC: allowed by RoleBinding "reader/shop" of Role "reader" to User "alice"',
  });
});

test("everybody may ask who they are", async () => {
  const { body } = await on.ask("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", { as: "alice", body: {} });
  assert.deepEqual(at(body, "status", "userInfo"), { username: "alice", groups: ["system:authenticated"] });
});

test("a service account's token ends with the secret it is bound to", async () => {
  on.cluster.objects.put({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "helper", namespace: "shop" } });
  on.cluster.objects.put({ apiVersion: "v1", kind: "Secret", metadata: { name: "bound", namespace: "shop" } });
  const path = "/api/v1/namespaces/shop/serviceaccounts/helper/token";
  const short = await on.ask("POST", path, { body: { spec: { expirationSeconds: 60 } } });
  assert.match(String(message(short)), /may not specify a duration less than 10 minutes/);
  const made = await on.ask("POST", path, {
    body: { spec: { expirationSeconds: 600, boundObjectRef: { kind: "Secret", name: "bound" } } },
  });
  const token = String(at(made.body, "status", "token"));
  assert.equal((await on.ask("GET", DEPLOYMENTS, { as: token })).code, 403);
  on.cluster.objects.delete({ kind: "Secret", namespace: "shop", name: "bound" });
  assert.equal((await on.ask("GET", DEPLOYMENTS, { as: token })).code, 401);
});
