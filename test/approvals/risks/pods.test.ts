// Risk facts see in pods what Pod Security Admission sees (B12, T22): each check with what it catches and what it lets pass.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { deployment, digest, kindsOf, type Manifest, pod, podSpec } from "./make.ts";

const volume = (source: object) => ({ volumes: [{ name: "v", ...source }] });
const probe = (host: string) => ({ livenessProbe: { httpGet: { host, port: 80 } } });

const baseline: Readonly<Record<string, { readonly bad: Manifest; readonly good: Manifest }>> = {
  "HostProcess of the pod": {
    bad: pod(podSpec({ securityContext: { windowsOptions: { hostProcess: true } } })),
    good: pod(podSpec({ securityContext: { windowsOptions: { hostProcess: false } } })),
  },
  "HostProcess of a container": {
    bad: pod(podSpec({}, {}, { windowsOptions: { hostProcess: true } })),
    good: pod(podSpec({}, {}, { windowsOptions: {} })),
  },
  hostNetwork: { bad: pod(podSpec({ hostNetwork: true })), good: pod(podSpec({ hostNetwork: false })) },
  hostPID: { bad: pod(podSpec({ hostPID: true })), good: pod(podSpec({ hostPID: false })) },
  hostIPC: { bad: pod(podSpec({ hostIPC: true })), good: pod(podSpec({ hostIPC: false })) },
  "privileged containers": {
    bad: pod(podSpec({}, {}, { privileged: true })),
    good: pod(podSpec({}, {}, { privileged: false })),
  },
  "privileged init containers": {
    bad: pod(podSpec({ initContainers: [{ name: "i", securityContext: { privileged: true } }] })),
    good: pod(podSpec({ initContainers: [] })),
  },
  "privileged ephemeral containers": {
    bad: pod(podSpec({ ephemeralContainers: [{ name: "e", securityContext: { privileged: true } }] })),
    good: pod(podSpec({ ephemeralContainers: [] })),
  },
  capabilities: {
    bad: pod(podSpec({}, {}, { capabilities: { drop: ["ALL"], add: ["SYS_ADMIN"] } })),
    good: pod(podSpec({}, {}, { capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] } })),
  },
  "hostPath volumes": {
    bad: pod(podSpec(volume({ hostPath: { path: "/" } }))),
    good: pod(podSpec(volume({ emptyDir: {} }))),
  },
  "host ports": {
    bad: pod(podSpec({}, { ports: [{ containerPort: 80, hostPort: 80 }] })),
    good: pod(podSpec({}, { ports: [{ containerPort: 80, hostPort: 0 }] })),
  },
  "probes of other hosts": { bad: pod(podSpec({}, probe("10.0.0.1"))), good: pod(podSpec({}, probe(""))) },
  "lifecycle hooks to other hosts": {
    bad: pod(podSpec({}, { lifecycle: { preStop: { tcpSocket: { host: "10.0.0.1" } } } })),
    good: pod(podSpec({}, { lifecycle: { preStop: { exec: {} } } })),
  },
  "AppArmor by field": {
    bad: pod(podSpec({}, {}, { appArmorProfile: { type: "Unconfined" } })),
    good: pod(podSpec({}, {}, { appArmorProfile: { type: "RuntimeDefault" } })),
  },
  "AppArmor by annotation": {
    bad: pod(podSpec(), { "container.apparmor.security.beta.kubernetes.io/app": "unconfined" }),
    good: pod(podSpec(), { "container.apparmor.security.beta.kubernetes.io/app": "runtime/default" }),
  },
  "AppArmor by a template's annotation": {
    bad: deployment(podSpec(), {}, { "container.apparmor.security.beta.kubernetes.io/app": "unconfined" }),
    good: deployment(podSpec(), {}, { "container.apparmor.security.beta.kubernetes.io/app": "localhost/x" }),
  },
  "SELinux types": {
    bad: pod(podSpec({ securityContext: { seLinuxOptions: { type: "spc_t" } } })),
    good: pod(podSpec({ securityContext: { seLinuxOptions: { type: "container_t", level: "s0" } } })),
  },
  "SELinux users": {
    bad: pod(podSpec({}, {}, { seLinuxOptions: { user: "root" } })),
    good: pod(podSpec({}, {}, { seLinuxOptions: { user: "" } })),
  },
  "SELinux roles": {
    bad: pod(podSpec({}, {}, { seLinuxOptions: { role: "r" } })),
    good: pod(podSpec({}, {}, { seLinuxOptions: {} })),
  },
  "the /proc mount": {
    bad: pod(podSpec({}, {}, { procMount: "Unmasked" })),
    good: pod(podSpec({}, {}, { procMount: "Default" })),
  },
  seccomp: {
    bad: pod(podSpec({ securityContext: { seccompProfile: { type: "Unconfined" } } })),
    good: pod(podSpec({ securityContext: { seccompProfile: { type: "Localhost" } } })),
  },
  sysctls: {
    bad: pod(podSpec({ securityContext: { sysctls: [{ name: "kernel.msgmax", value: "1" }] } })),
    good: pod(podSpec({ securityContext: { sysctls: [{ name: "net.ipv4.tcp_syncookies", value: "1" }] } })),
  },
};

const restricted: Readonly<Record<string, { readonly bad: Manifest; readonly good: Manifest }>> = {
  "volume types": {
    bad: pod(podSpec(volume({ nfs: { server: "x", path: "/" } }))),
    good: pod(podSpec(volume({ persistentVolumeClaim: { claimName: "x" } }))),
  },
  "privilege escalation": {
    bad: pod(podSpec({}, {}, { allowPrivilegeEscalation: true })),
    good: pod({
      ...podSpec(
        { os: { name: "windows" } },
        {},
        { allowPrivilegeEscalation: true, capabilities: {}, seccompProfile: {} },
      ),
    }),
  },
  "running as root, by omission": {
    bad: pod(podSpec({}, {}, { runAsNonRoot: null })),
    good: pod(podSpec({ securityContext: { runAsNonRoot: true } }, {}, { runAsNonRoot: null })),
  },
  "running as root, by a container against its pod": {
    bad: pod(podSpec({ securityContext: { runAsNonRoot: true } }, {}, { runAsNonRoot: false })),
    good: pod(podSpec()),
  },
  "user 0": { bad: pod(podSpec({}, {}, { runAsUser: 0 })), good: pod(podSpec({}, {}, { runAsUser: 1000 })) },
  "no seccomp profile": {
    bad: pod(podSpec({}, {}, { seccompProfile: null })),
    good: pod(podSpec({ securityContext: { seccompProfile: { type: "RuntimeDefault" } } })),
  },
  "capabilities that are not dropped": {
    bad: pod(podSpec({}, {}, { capabilities: { drop: ["NET_RAW"] } })),
    good: pod(podSpec({}, {}, { capabilities: { drop: ["ALL"] } })),
  },
  "capabilities beyond NET_BIND_SERVICE": {
    bad: pod(podSpec({}, {}, { capabilities: { drop: ["ALL"], add: ["CHOWN"] } })),
    good: pod(podSpec({}, {}, { capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] } })),
  },
};

describe("B12: what only the privileged level admits", () => {
  for (const [name, { bad, good }] of Object.entries(baseline)) {
    test(name, () => {
      assert.ok(kindsOf(null, bad).includes("pod-privileged"), "caught");
      assert.ok(!kindsOf(null, good).includes("pod-privileged"), "let pass");
    });
  }
});

describe("B12: what baseline admits and restricted does not", () => {
  for (const [name, { bad, good }] of Object.entries(restricted)) {
    test(name, () => {
      assert.ok(kindsOf(null, bad).includes("pod-baseline"), "caught");
      assert.ok(!kindsOf(null, bad).includes("pod-privileged"), "baseline admits it");
      assert.ok(!kindsOf(null, good).includes("pod-baseline"), "let pass");
    });
  }

  test("a pod that restricted admits has no fact at all", () => {
    assert.deepEqual(kindsOf(null, pod(podSpec())), []);
  });
});

describe("where pods come from", () => {
  const bad = podSpec({ hostNetwork: true });
  const template = { metadata: {}, spec: bad };
  const kinds: readonly Manifest[] = [
    { apiVersion: "v1", kind: "Pod", spec: bad },
    { apiVersion: "v1", kind: "ReplicationController", spec: { template } },
    { apiVersion: "v1", kind: "PodTemplate", template },
    { apiVersion: "apps/v1", kind: "Deployment", spec: { template } },
    { apiVersion: "apps/v1", kind: "ReplicaSet", spec: { template } },
    { apiVersion: "apps/v1", kind: "StatefulSet", spec: { template } },
    { apiVersion: "apps/v1", kind: "DaemonSet", spec: { template } },
    { apiVersion: "batch/v1", kind: "Job", spec: { template } },
    { apiVersion: "batch/v1", kind: "CronJob", spec: { jobTemplate: { spec: { template } } } },
    { apiVersion: "argoproj.io/v1alpha1", kind: "Rollout", spec: { template } },
    { apiVersion: "example.com/v1", kind: "Unheard", spec: { workers: [{ podTemplate: { template } }] } },
  ];
  for (const manifest of kinds)
    test(manifest.kind, () => {
      assert.ok(kindsOf(null, manifest).includes("pod-privileged"));
      assert.ok(kindsOf(null, manifest).includes("host-namespace"));
    });

  test("a schema that speaks of containers is not a pod", () => {
    const schema = { properties: { containers: { type: "array", items: { type: "object" } } } };
    const kinds = kindsOf(null, {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      spec: schema,
    });
    assert.deepEqual(kinds, ["api-extension"]);
  });
});

describe("before and after", () => {
  const bad = podSpec({ hostPID: true });

  test("a privileged template that does not change is not news: scaling it says nothing of it", () => {
    assert.deepEqual(kindsOf(deployment(bad), deployment(bad, { replicas: 3 })), []);
  });

  test("a restart of a privileged template keeps the fact", () => {
    const kinds = kindsOf(deployment(bad), deployment(bad, {}, { "kubectl.kubernetes.io/restartedAt": "now" }));
    assert.deepEqual(kinds, ["all-pods-restart", "host-namespace", "pod-privileged"]);
  });

  test("taking the privilege away takes the fact away", () => {
    assert.deepEqual(kindsOf(deployment(bad), deployment(podSpec())), ["all-pods-restart"]);
  });

  test("T22: what a mutating webhook put in is seen, since only the dry run's result is looked at", () => {
    assert.ok(kindsOf(deployment(podSpec()), deployment(bad)).includes("pod-privileged"));
  });
});

describe("service accounts and images of pods", () => {
  test("a service account of its own, an explicit token, a token as a volume", () => {
    const projected = { projected: { sources: [{ serviceAccountToken: { path: "t" } }] } };
    for (const more of [{ serviceAccountName: "deployer" }, { automountServiceAccountToken: true }, volume(projected)])
      assert.deepEqual(kindsOf(null, pod(podSpec(more))), ["service-account-power"]);
    for (const more of [{ serviceAccountName: "default" }, { automountServiceAccountToken: false }])
      assert.deepEqual(kindsOf(null, pod(podSpec(more))), []);
  });

  test("tags may move, digests may not", () => {
    for (const image of ["app", "app:latest", "app:1.2.3", "host:5000/app", "app@sha256:abc"])
      assert.deepEqual(kindsOf(null, pod(podSpec({}, { image }))), ["mutable-tag"], image);
    for (const image of [`app${digest}`, `host:5000/app:1.2${digest}`])
      assert.deepEqual(kindsOf(null, pod(podSpec({}, { image }))), [], image);
  });
});
