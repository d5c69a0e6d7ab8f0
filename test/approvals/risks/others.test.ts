// Risk facts about rights, guards, data, availability and exposure: each with what it catches and what it lets pass (T22).
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { riskFactsOf } from "../../../src/approvals/risks.ts";
import { change, deployment, kindsOf, type Manifest, podSpec } from "./make.ts";

const rbac = "rbac.authorization.k8s.io/v1";
const role = (rule: object | readonly object[], more: object = {}): Manifest => ({
  ...{ apiVersion: rbac, kind: "ClusterRole", metadata: { name: "it", ...more } },
  rules: Array.isArray(rule) ? rule : [{ apiGroups: [""], resources: ["pods"], verbs: ["get"], ...rule }],
});
const binding = (name: string, subject: string): Manifest => ({
  ...{ apiVersion: rbac, kind: "RoleBinding", metadata: { name: "it" } },
  roleRef: { kind: "ClusterRole", name },
  subjects: [{ kind: "Group", name: subject }],
});

describe("T22: the escalation list of rbac-good-practices", () => {
  const admission = "admissionregistration.k8s.io";
  const caught: Readonly<Record<string, Manifest>> = {
    escalate: role({ apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles"], verbs: ["escalate"] }),
    bind: role({ apiGroups: ["rbac.authorization.k8s.io"], resources: ["clusterroles"], verbs: ["bind"] }),
    "writing bindings": role({
      apiGroups: ["rbac.authorization.k8s.io"],
      resources: ["rolebindings"],
      verbs: ["create"],
    }),
    impersonate: role({ resources: ["users"], verbs: ["impersonate"] }),
    "all verbs": role({ verbs: ["*"] }),
    "all resources": role({ resources: ["*"] }),
    "all groups": role({ apiGroups: ["*"], resources: ["widgets"] }),
    "all URLs": role([{ nonResourceURLs: ["*"], verbs: ["get"] }]),
    "reading secrets": role({ resources: ["secrets"], verbs: ["list"] }),
    "writing secrets": role({ resources: ["secrets"], verbs: ["create"] }),
    "making tokens": role({ resources: ["serviceaccounts/token"], verbs: ["create"] }),
    "tokens by a star": role({ resources: ["*/token"], verbs: ["create"] }),
    "nodes/proxy": role({ resources: ["nodes/proxy"], verbs: ["get"] }),
    "pods/exec": role({ resources: ["pods/exec"], verbs: ["create"] }),
    "pods/attach": role({ resources: ["pods/attach"], verbs: ["get"] }),
    "ephemeral containers": role({ resources: ["pods/ephemeralcontainers"], verbs: ["patch"] }),
    "creating pods": role({ resources: ["pods"], verbs: ["create"] }),
    "creating deployments": role({ apiGroups: ["apps"], resources: ["deployments"], verbs: ["patch"] }),
    "creating jobs": role({ apiGroups: ["batch"], resources: ["cronjobs"], verbs: ["create"] }),
    "creating volumes": role({ resources: ["persistentvolumes"], verbs: ["create"] }),
    "changing namespaces": role({ resources: ["namespaces"], verbs: ["patch"] }),
    "approving certificates": role({
      ...{ apiGroups: ["certificates.k8s.io"], resources: ["certificatesigningrequests/approval"], verbs: ["update"] },
    }),
    "signing certificates": role({ apiGroups: ["certificates.k8s.io"], resources: ["signers"], verbs: ["sign"] }),
    "changing webhooks": role({
      apiGroups: [admission],
      resources: ["mutatingwebhookconfigurations"],
      verbs: ["delete"],
    }),
    "changing admission policies": role({
      apiGroups: [admission],
      resources: ["validatingadmissionpolicies"],
      verbs: ["patch"],
    }),
    "changing kinds": role({
      apiGroups: ["apiextensions.k8s.io"],
      resources: ["customresourcedefinitions"],
      verbs: ["create"],
    }),
    "changing API services": role({
      apiGroups: ["apiregistration.k8s.io"],
      resources: ["apiservices"],
      verbs: ["create"],
    }),
    aggregation: { ...role({}), aggregationRule: {} },
    "being aggregated": role({}, { labels: { "rbac.authorization.k8s.io/aggregate-to-edit": "true" } }),
    "binding cluster-admin": binding("cluster-admin", "devs"),
    "binding everybody": binding("view", "system:authenticated"),
    "binding a system role": binding("system:node", "devs"),
  };
  for (const [name, manifest] of Object.entries(caught))
    test(name, () => assert.deepEqual(kindsOf(null, manifest), ["rbac-change", "rbac-escalation"]));

  const harmless: readonly Manifest[] = [
    role({}),
    role({ resources: ["secretstores"], verbs: ["list"] }),
    role({ apiGroups: ["example.com"], resources: ["secrets"], verbs: ["create"] }),
    role({ resources: ["pods/log"], verbs: ["get"] }),
    role({ resources: ["nodes"], verbs: ["get", "list"] }),
    role({ apiGroups: ["apps"], resources: ["deployments"], verbs: ["get", "list", "watch"] }),
    role({ apiGroups: ["certificates.k8s.io"], resources: ["certificatesigningrequests"], verbs: ["create"] }),
    binding("view", "devs"),
  ];
  for (const [index, manifest] of harmless.entries())
    test(`a harmless one changes rights and escalates nothing (${index + 1})`, () =>
      assert.deepEqual(kindsOf(null, manifest), ["rbac-change"]));

  test("a role of which only an annotation changes is not news; taking it away is", () => {
    const strong = role({ verbs: ["*"] });
    assert.deepEqual(kindsOf(strong, { ...strong, metadata: { name: "it", annotations: { a: "b" } } }), []);
    assert.deepEqual(kindsOf(strong, null), ["deletion", "rbac-change"]);
  });
});

describe("what guards the cluster", () => {
  const pairs: readonly (readonly [string, string, string, object])[] = [
    ["admission-webhook", "admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", {}],
    ["admission-webhook", "admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", {}],
    ["admission-webhook", "admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", {}],
    ["admission-webhook", "admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding", {}],
    ["admission-webhook", "kyverno.io/v1", "ClusterPolicy", {}],
    ["api-extension", "apiextensions.k8s.io/v1", "CustomResourceDefinition", {}],
    ["api-extension", "apiregistration.k8s.io/v1", "APIService", {}],
    ["certificate-approval", "certificates.k8s.io/v1", "CertificateSigningRequest", {}],
    ["certificate-approval", "cert-manager.io/v1", "ClusterIssuer", {}],
    ["persistent-volume", "v1", "PersistentVolume", { hostPath: { path: "/" } }],
    ["persistent-volume", "v1", "PersistentVolume", { local: { path: "/mnt" } }],
  ];
  for (const [kind, apiVersion, named, spec] of pairs)
    test(`${named} ${JSON.stringify(spec)}`, () => {
      const manifest = { apiVersion, kind: named, spec };
      assert.deepEqual(kindsOf(null, manifest), [kind]);
      assert.deepEqual(kindsOf(manifest, manifest), []);
    });

  test("neither a ConfigMap nor a volume in the cloud", () => {
    assert.deepEqual(kindsOf(null, { apiVersion: "v1", kind: "ConfigMap", data: { a: "b" } }), []);
    assert.deepEqual(kindsOf(null, { apiVersion: "v1", kind: "PersistentVolume", spec: { csi: {} } }), []);
  });

  test("a certificate's approval is told, although only its status changes", () => {
    const request = {
      apiVersion: "certificates.k8s.io/v1",
      kind: "CertificateSigningRequest",
      spec: { signerName: "s" },
    };
    const facts = riskFactsOf([
      change(request, request, "/apis/certificates.k8s.io/v1/certificatesigningrequests/it/approval"),
    ]);
    assert.deepEqual(
      facts.map((fact) => [fact.kind, fact.level]),
      [["certificate-approval", "high"]],
    );
  });

  test("Pod Security labels of a namespace, and no others", () => {
    const namespace = (labels: object): Manifest => ({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "shop", labels },
    });
    const [strict, loose] = ["restricted", "privileged"].map((level) =>
      namespace({ "pod-security.kubernetes.io/enforce": level }),
    );
    assert.deepEqual(kindsOf(strict ?? null, loose ?? null), ["namespace-security"]);
    assert.deepEqual(kindsOf(strict ?? null, namespace({})), ["namespace-security"]);
    assert.deepEqual(kindsOf(namespace({}), namespace({ team: "a" })), []);
  });

  test("service accounts with tokens, and Secrets that hold them", () => {
    const account = (mounts: boolean): Manifest => ({
      apiVersion: "v1",
      kind: "ServiceAccount",
      automountServiceAccountToken: mounts,
    });
    assert.deepEqual(kindsOf(null, account(true)), ["service-account-power"]);
    assert.deepEqual(kindsOf(null, account(false)), []);
    const secret = (type: string): Manifest => ({ apiVersion: "v1", kind: "Secret", type });
    assert.deepEqual(kindsOf(null, secret("kubernetes.io/service-account-token")), ["service-account-power"]);
    assert.deepEqual(kindsOf(null, secret("Opaque")), []);
  });
});

describe("data and availability", () => {
  const set = (spec: object): Manifest => ({
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "db" },
    spec,
  });

  test("deletions, and those that delete data", () => {
    assert.deepEqual(kindsOf({ apiVersion: "v1", kind: "ConfigMap" }, null), ["deletion"]);
    for (const [apiVersion, kind] of [
      ["v1", "Namespace"],
      ["v1", "PersistentVolumeClaim"],
      ["v1", "PersistentVolume"],
      ["snapshot.storage.k8s.io/v1", "VolumeSnapshot"],
    ] as const)
      assert.deepEqual(kindsOf({ apiVersion, kind }, null), ["data-loss", "deletion"], kind);
    assert.deepEqual(kindsOf({ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" }, null), [
      "api-extension",
      "data-loss",
      "deletion",
    ]);
    assert.deepEqual(kindsOf(set({ persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete" } }), null), [
      "data-loss",
      "deletion",
    ]);
    assert.deepEqual(kindsOf(set({}), null), ["deletion"]);
  });

  test("scaling down, to zero, and up", () => {
    assert.deepEqual(kindsOf(set({ replicas: 3 }), set({ replicas: 2 })), ["scale-down"]);
    assert.deepEqual(kindsOf(set({ replicas: 3 }), set({ replicas: 0 })), ["scale-to-zero"]);
    assert.deepEqual(kindsOf(set({}), set({ replicas: 0 })), ["scale-to-zero"]);
    assert.deepEqual(kindsOf(set({ replicas: 2 }), set({ replicas: 3 })), []);
    assert.deepEqual(kindsOf(null, set({ replicas: 0 })), []);
    const losing = { persistentVolumeClaimRetentionPolicy: { whenScaled: "Delete" } };
    assert.deepEqual(kindsOf(set({ replicas: 3, ...losing }), set({ replicas: 2, ...losing })), [
      "data-loss",
      "scale-down",
    ]);
  });

  test("a changed template restarts every pod, unless pods are replaced by hand, paused, or there are none", () => {
    const [old, next] = [podSpec(), podSpec({ priority: 1 })];
    assert.deepEqual(kindsOf(deployment(old), deployment(next)), ["all-pods-restart"]);
    assert.deepEqual(kindsOf(deployment(old), deployment(old, { paused: true })), []);
    assert.deepEqual(kindsOf(deployment(old), deployment(next, { paused: true })), []);
    assert.deepEqual(kindsOf(deployment(old, { replicas: 0 }), deployment(next, { replicas: 0 })), []);
  });

  test("more than ten objects are a large change", () => {
    const one = change(null, { apiVersion: "v1", kind: "ConfigMap" });
    assert.deepEqual(riskFactsOf(Array(10).fill(one)), []);
    assert.deepEqual(
      riskFactsOf(Array(11).fill(one)).map((fact) => fact.says),
      ["11 objects change at once."],
    );
  });

  test("halting and going on", () => {
    const setting = { kind: "setting", setting: "halted" } as const;
    assert.equal(riskFactsOf([{ ...setting, before: null, after: { by: "x" } }])[0]?.kind, "stops-execution");
    assert.equal(riskFactsOf([{ ...setting, before: { by: "x" }, after: null }])[0]?.kind, "resumes-execution");
  });
});

describe("exposure and secrets", () => {
  const service = (spec: object): Manifest => ({ apiVersion: "v1", kind: "Service", spec });

  test("Services that open, and those that stay inside or stay as they are", () => {
    for (const spec of [
      { type: "LoadBalancer" },
      { type: "NodePort" },
      { type: "ClusterIP", externalIPs: ["1.2.3.4"] },
    ]) {
      assert.deepEqual(kindsOf(service({ type: "ClusterIP" }), service(spec)), ["network-exposure"]);
      assert.deepEqual(kindsOf(service(spec), { ...service(spec), metadata: { name: "it", labels: {} } }), []);
    }
    assert.deepEqual(kindsOf(null, service({ type: "ClusterIP" })), []);
    assert.deepEqual(
      kindsOf(
        service({ type: "LoadBalancer", selector: { a: "b" } }),
        service({ type: "LoadBalancer", selector: { a: "c" } }),
      ),
      ["network-exposure"],
    );
  });

  test("entrances and network policies", () => {
    const ingress = (host: string): Manifest => ({
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      spec: { rules: [{ host }] },
    });
    assert.deepEqual(kindsOf(null, ingress("a.example")), ["network-exposure"]);
    assert.deepEqual(kindsOf(ingress("a.example"), ingress("b.example")), ["network-exposure"]);
    assert.deepEqual(kindsOf(ingress("a.example"), ingress("a.example")), []);
    assert.deepEqual(kindsOf(null, { apiVersion: "gateway.networking.k8s.io/v1", kind: "HTTPRoute", spec: {} }), [
      "network-exposure",
    ]);
    const policy = (spec: object): Manifest => ({ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", spec });
    assert.deepEqual(kindsOf(policy({}), policy({ ingress: [] })), ["network-exposure"]);
    assert.deepEqual(kindsOf(policy({}), null), ["deletion", "network-exposure"]);
    assert.deepEqual(kindsOf(policy({}), policy({})), []);
  });

  test("changed values of a Secret are told by key, never by value", () => {
    const secret = (data: object): Manifest => ({ apiVersion: "v1", kind: "Secret", metadata: { name: "s" }, data });
    const facts = riskFactsOf([change(secret({ a: "hmac:1", b: "hmac:2" }), secret({ a: "hmac:1", b: "hmac:3" }))]);
    assert.deepEqual(
      facts.map((fact) => fact.says),
      ["The Secret s gets other values for b."],
    );
    assert.deepEqual(kindsOf(secret({ a: "x" }), secret({ a: "x" })), []);
  });

  test("high facts stand first", () => {
    const levels = riskFactsOf([change(null, deployment(podSpec({ hostPID: true }, { image: "a:1" })))]).map(
      (fact) => fact.level,
    );
    assert.deepEqual(levels, ["high", "high", "low"]);
  });
});
