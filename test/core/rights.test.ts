// Rules of roles: what they come to, which hold open streams, and when two are the same.
import assert from "node:assert/strict";
import { test } from "node:test";
import { accessRisks } from "../../src/approvals/risks/access.ts";
import { rightsLines } from "../../src/commands/parts/rights.ts";
import type { PlannedAccess } from "../../src/core/access.ts";
import { asHumanId, type RequestId } from "../../src/core/ids.ts";
import { accessesOf, ruleJson, rulesOf, sameRules, streamsIn } from "../../src/core/rights.ts";

const rules = (
  ...list: readonly { apiGroups: string[]; resources: string[]; verbs: string[]; resourceNames?: string[] }[]
) => rulesOf({ rules: list.map((rule) => ({ ...rule })) });

const logs = rules({ apiGroups: [""], resources: ["pods", "pods/log"], verbs: ["get", "list"] });

test("each verb on each resource is asked about by itself, and shown by resource", () => {
  assert.deepEqual(accessesOf(logs, "shop")[2], {
    verb: "get",
    group: "",
    resource: "pods",
    subresource: "log",
    namespace: "shop",
  });
  const named = rules({
    apiGroups: ["apps"],
    resources: ["deployments"],
    verbs: ["patch", "*"],
    resourceNames: ["web"],
  });
  assert.deepEqual(rightsLines(accessesOf([...logs, ...named], "shop")), [
    "get, list pods",
    "get, list pods/log",
    "patch, every verb deployments (apps) named web",
  ]);
});

test("T23: exec, attach, port-forward and proxy are open streams, by name and by wildcard; logs are not", () => {
  const of = (resource: string, verb: string, group = "") =>
    streamsIn(rules({ apiGroups: [group], resources: [resource], verbs: [verb] }));
  assert.deepEqual(streamsIn(logs), []);
  for (const resource of [
    "pods/exec",
    "pods/attach",
    "pods/portforward",
    "pods/proxy",
    "services/proxy",
    "nodes/proxy",
  ]) {
    assert.deepEqual(of(resource, "create"), [resource]);
    assert.deepEqual(of(resource, "get"), [resource], "a WebSocket is opened by GET");
  }
  assert.deepEqual(of("*/exec", "*", "*"), ["pods/exec"]);
  assert.equal(of("*", "get").length, 6);
  assert.deepEqual(of("pods/exec", "list"), []);
  assert.deepEqual(of("pods/exec", "create", "apps"), []);
});

test("two roles are the same whatever the order of their words, and only then", () => {
  const turned = rules({ apiGroups: [""], resources: ["pods/log", "pods"], verbs: ["list", "get"] });
  assert.ok(sameRules(logs, turned));
  assert.ok(!sameRules(logs, rules({ apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] })));
  assert.ok(!sameRules(logs, [...logs, ...logs.slice(0, 1).map((rule) => ({ ...rule, verbs: ["delete"] }))]));
  assert.deepEqual(
    ruleJson(logs[0] ?? { apiGroups: [], resources: [], verbs: [], resourceNames: [], nonResourceURLs: [] }),
    {
      apiGroups: [""],
      resources: ["pods", "pods/log"],
      verbs: ["get", "list"],
    },
  );
});

test("T22: what lets its holder escalate, and what stays open after the end, are facts of the first level", () => {
  const kinds = (access: Partial<PlannedAccess>) =>
    accessRisks({
      ...{ kind: "grant", grant: "r-0000001" as RequestId, role: "r", credential: "binding", where: "shop on dev" },
      ...{ lengthMs: 1, rules: [], gains: [], probe: null },
      beneficiary: { human: asHumanId("x"), userId: "U2", name: "Bo" },
      ...access,
    }).map((risk) => `${risk.kind} ${risk.level}`);
  const one = (resource: string, verb: string, group = "") => ({
    rules: rules({ apiGroups: [group], resources: [resource], verbs: [verb] }),
  });
  const rbac = "rbac.authorization.k8s.io";
  assert.deepEqual(kinds({ rules: logs }), []);
  assert.deepEqual(kinds({ kind: "extension", rules: logs }), ["rbac-change medium"]);
  for (const [resource, verb, group] of [
    ["secrets", "get", ""],
    ["serviceaccounts/token", "create", ""],
    ["clusterroles", "bind", rbac],
    ["roles", "escalate", rbac],
    ["users", "impersonate", ""],
    ["pods", "create", ""],
    ["*", "*", "*"],
  ] as const)
    assert.ok(kinds(one(resource, verb, group)).includes("rbac-escalation high"), resource);
  assert.deepEqual(kinds(one("pods/exec", "create")), ["rbac-escalation high", "open-streams high"]);
  assert.deepEqual(kinds(one("pods/portforward", "create")), ["open-streams high"]);
  assert.deepEqual(accessRisks(undefined), []);
});
