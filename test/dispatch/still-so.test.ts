// R28: "present" is said of an object only while it holds what was written.
import assert from "node:assert/strict";
import { test } from "node:test";
import { asClusterName } from "../../src/core/ids.ts";
import type { KubeObject } from "../../src/core/kube.ts";
import type { Plan, PreviewedChange } from "../../src/core/plan.ts";
import type { Cluster } from "../../src/core/ports/clusters.ts";
import { stillSo } from "../../src/dispatch/still-so.ts";
import { makePlan } from "../approvals/make.ts";

const kind = {
  group: "",
  version: "v1",
  kind: "ConfigMap",
  resource: "configmaps",
  singular: "configmap",
  shortNames: ["cm"],
  namespaced: true,
  verbs: [],
  subresources: [],
};
const object = { cluster: asClusterName("production"), kind, namespace: "shop", name: "flags", uid: "u1" };
const flags = (colour: string): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "flags", namespace: "shop" },
  data: { colour },
});
const change: PreviewedChange = {
  ...{ kind: "object", operation: "update", object, before: flags("red"), after: flags("green") },
  call: {
    method: "PATCH",
    path: "/api/v1/namespaces/shop/configmaps/flags",
    query: {},
    contentType: "application/apply-patch+yaml",
    body: flags("green"),
    guard: "body-metadata",
  },
};
const plan: Plan = { ...makePlan("apply"), changes: [change] };

const outcomeOf = async (live: KubeObject | null) =>
  (await stillSo({ readToWrite: async () => live } as unknown as Cluster, plan, { kind: "present", object }, [])).kind;

test("R28: an object that holds what was written is confirmed, whatever else stands in it", async () => {
  assert.equal(await outcomeOf(flags("green")), "reached");
  assert.equal(await outcomeOf({ ...flags("green"), data: { colour: "green", added: "by a controller" } }), "reached");
});

test("R28: an object that somebody changed back, or deleted, is not confirmed", async () => {
  assert.equal(await outcomeOf(flags("blue")), "failed");
  assert.equal(await outcomeOf(null), "failed");
});
