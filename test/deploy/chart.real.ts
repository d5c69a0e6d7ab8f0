// The Helm chart: rendered by Helm, held to the bot's own configuration, and applied to a real API server that validates it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { checkPolicy } from "../../src/approvals/check.ts";
import { verbs } from "../../src/commands/index.ts";
import { isConfigErrors, loadConfig } from "../../src/config/load.ts";
import { operatorCrds } from "../cluster/operator-crds.ts";
import { startTestCluster, type TestCluster } from "../cluster/start.ts";
import { createNamespace, output } from "../cluster/test-cluster.ts";
import { type Chart, chartDirectory, documentsOf, type KubeDocument, openChart, release } from "./chart.ts";
import { rbacText } from "./rbac-text.ts";

const example = readFileSync("countersign.example.yaml", "utf8");
/** As the example has it, where a pod has it too. */
const config = example
  .replaceAll("host: 127.0.0.1", "host: 0.0.0.0")
  .replace(/^dataDirectory: \S+/m, "dataDirectory: /var/lib/countersign")
  .replace(/checkpoints: \S+/, "checkpoints: /var/lib/countersign-checkpoints");
const archiving = (archive = "/var/lib/countersign-archive"): string =>
  `${config}\nretention: { requests: 90d, archive: ${archive} }\n`;
const secret = (env: string) => ({ env, secret: "countersign-slack", key: env.toLowerCase() });
const socketMode = { config, secrets: [secret("SLACK_BOT_TOKEN"), secret("SLACK_APP_TOKEN")] };
const monitored = { serviceMonitor: { enabled: true, labels: { team: "a" } }, rules: { enabled: true } };
const httpMode = {
  config,
  secrets: [secret("SLACK_BOT_TOKEN"), secret("SLACK_SIGNING_SECRET")],
  http: { enabled: true },
  replicas: 3,
  database: { secret: "countersign-database" },
  keys: { secret: "countersign-keys" },
  checkpoints: { accessMode: "ReadWriteMany" },
  files: [{ name: "kubeconfigs", secret: "countersign-kubeconfigs" }],
  networkPolicy: {
    metricsFrom: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } }],
    httpFrom: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "ingress" } } }],
    egress: [{ to: [{ ipBlock: { cidr: "10.0.0.5/32" } }], ports: [{ protocol: "TCP", port: 5432 }] }],
  },
  monitoring: monitored,
};

function named(documents: readonly KubeDocument[], kind: string, name: string = release.name): KubeDocument {
  const found = documents.find((one) => one.kind === kind && one.metadata.name === name);
  assert.ok(found, `${kind} ${name}`);
  return found;
}

describe("the Helm chart", () => {
  let chart: Chart;
  before(async () => {
    chart = await openChart();
  });
  const rendered = async (values: object, files: Readonly<Record<string, string>> = {}) => {
    const { code, stderr, text } = await chart.template(values, files);
    assert.equal(code, 0, stderr);
    return documentsOf(text);
  };

  for (const [name, values] of Object.entries({ socketMode, httpMode }))
    test(`Helm finds nothing wrong: ${name}`, async () => {
      const { code, stderr, text } = await chart.lint(values);
      assert.equal(code, 0, `${stderr}${text}`);
    });

  const refused: readonly (readonly [string, object, RegExp])[] = [
    ["several bots on one file", { ...socketMode, replicas: 2 }, /more than one bot takes a database/],
    ["a database without keys", { ...httpMode, keys: { secret: "" } }, /every replica needs the same keys/],
    ["a second place that only one can mount", { ...httpMode, checkpoints: {} }, /must be ReadWriteMany/],
    [
      "an archive without a volume",
      { ...socketMode, config: archiving() },
      /archive\.existingClaim: .* Name its claim/,
    ],
    [
      "an archive beside its volume",
      { ...socketMode, config: archiving("/mnt/archive"), archive: { existingClaim: "a" } },
      /in a pod retention\.archive is \/var\/lib\/countersign-archive; \/mnt\/archive stands there/,
    ],
    ["six bots in Socket Mode", { ...httpMode, secrets: socketMode.secrets, replicas: 6 }, /at most five/],
    ["no token", { ...socketMode, secrets: [] }, /none gives SLACK_BOT_TOKEN/],
    ["neither mode", { ...socketMode, secrets: [secret("SLACK_BOT_TOKEN")] }, /SLACK_APP_TOKEN for Socket Mode/],
    ["HTTP mode without a Service", { ...httpMode, http: { enabled: false } }, /http\.enabled/],
    ["no configuration", { ...socketMode, config: "" }, /config: the configuration is empty/],
    ["a configuration that is no YAML", { ...socketMode, config: "a: [" }, /config: it cannot be read as YAML/],
    ["an address that no probe reaches", { ...socketMode, config: example }, /in a pod \S+ is/],
    [
      "a section that keeps to itself",
      { ...socketMode, config: config.replace("  host: 0.0.0.0", "") },
      /in a pod http\.host is 0\.0\.0\.0; 127\.0\.0\.1 stands there/,
    ],
    ["a key that there is not", { ...socketMode, replica: 2 }, /additional properties 'replica' not allowed/],
    [
      "a secret's value",
      { ...socketMode, secrets: [{ env: "SLACK_BOT_TOKEN", value: "xoxb-1" }] },
      /additional properties 'value' not allowed/,
    ],
    ["a reaper that looks too seldom", { ...socketMode, reaper: { every: "60s" } }, /does not match pattern/],
  ];
  for (const [name, values, says] of refused)
    test(`it refuses ${name}`, async () => {
      const { code, stderr } = await chart.template(values);
      assert.equal(code, 1);
      assert.match(stderr, says);
    });

  const context = { verbs: [...verbs.keys()], check: checkPolicy };
  const loaded = (text: string) => {
    const read = loadConfig(text, "countersign.yaml", context);
    if (isConfigErrors(read)) assert.fail(JSON.stringify(read.errors));
    return read;
  };
  const textIn = async (values: object) => {
    const map = named(await rendered(values), "ConfigMap", `${release.name}-config`);
    return (map.data as Record<string, string>)["countersign.yaml"] ?? "";
  };

  test("the configuration comes out as it went in, to the letter", async () => {
    assert.equal((await textIn(socketMode)).trimEnd(), config.trimEnd());
  });

  test("an archive is mounted where the configuration has it", async () => {
    const values = { ...socketMode, config: archiving(), archive: { existingClaim: "kept-for-ten-years" } };
    const text = JSON.stringify(podOf(named(await rendered(values), "Deployment")));
    assert.match(text, /"claimName":"kept-for-ten-years"/);
    assert.match(text, /"mountPath":"\/var\/lib\/countersign-archive"/);
    assert.equal(loaded(await textIn(values)).retention?.archive, "/var/lib/countersign-archive");
  });

  test("what is left out of the configuration is as a pod needs it", async () => {
    const without = config.replace(/^dataDirectory: .*\n/m, "").replace(/^audit:\n(?: .*\n)+/m, "");
    const short = without.replace(/^(http|operations):[^\n]*\n(?: .*\n)+/gm, "");
    for (const key of ["dataDirectory", "audit", "http", "operations"])
      assert.doesNotMatch(short, new RegExp(`^${key}:`, "m"));
    const read = loaded(await textIn({ ...socketMode, config: short }));
    assert.deepEqual(read.http, { host: "0.0.0.0", port: 8080, drainForMs: 5_000 });
    assert.deepEqual(read.operations, { host: "0.0.0.0", port: 8081, tell: null, traces: null });
    assert.equal(read.dataDirectory, "/var/lib/countersign");
    assert.equal(read.audit.checkpoints, "/var/lib/countersign-checkpoints");
    assert.equal(read.policy.digest, loaded(example).policy.digest);
  });

  test("no pod may write its root, be root, or gain anything; secrets come by reference alone", async () => {
    for (const values of [socketMode, httpMode]) {
      const documents = await rendered(values);
      const pods = documents.filter(({ kind }) => kind === "Deployment").map((one) => podOf(one));
      assert.equal(pods.length, 2);
      for (const pod of pods) {
        assert.equal(pod.securityContext.runAsNonRoot, true);
        for (const container of pod.containers) {
          assert.equal(container.securityContext.readOnlyRootFilesystem, true);
          assert.equal(container.securityContext.allowPrivilegeEscalation, false);
          assert.deepEqual(container.securityContext.capabilities, { drop: ["ALL"] });
          const literal = (container.env ?? []).filter((one) => one.value !== undefined).map(({ name }) => name);
          assert.deepEqual(literal, container.env === undefined ? [] : ["COUNTERSIGN_CONFIG"]);
        }
      }
      assert.ok(documents.every(({ kind }) => kind !== "Secret"));
    }
  });

  test("one process at a time on a file, and all but one at a time on a database", async () => {
    const strategy = async (values: object) =>
      (named(await rendered(values), "Deployment").spec as { strategy: { type: string } }).strategy.type;
    assert.equal(await strategy(socketMode), "Recreate");
    assert.equal(await strategy(httpMode), "RollingUpdate");
  });

  test("a changed configuration is another pod", async () => {
    const sum = async (values: object) => {
      const { template } = named(await rendered(values), "Deployment").spec as {
        template: { metadata: { annotations: Record<string, string> } };
      };
      return template.metadata.annotations["checksum/config"];
    };
    const changed = { ...socketMode, config: config.replace("command: /ops", "command: /other") };
    assert.equal(await sum(socketMode), await sum(socketMode));
    assert.notEqual(await sum(socketMode), await sum(changed));
  });

  test("no object is there twice, whatever countersign rbac prints", async () => {
    for (const values of [socketMode, httpMode]) {
      const documents = await rendered(values, { "rbac.objects": await rbacText(release) });
      const names = documents.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ""}/${metadata.name}`);
      assert.deepEqual(names.toSorted(), [...new Set(names)].toSorted());
    }
  });

  test("its reaper is that of deploy/reaper.yaml, under the release's names", async () => {
    const documents = await rendered(socketMode);
    const alone = documentsOf(readFileSync("deploy/reaper.yaml", "utf8")).filter(
      ({ kind, metadata }) => kind !== "Namespace" || metadata.name !== "countersign",
    );
    for (const one of alone) {
      const name = one.kind === "Namespace" ? one.metadata.name : `${release.name}-reaper`;
      const ours = named(documents, one.kind, name);
      const asAlone = JSON.parse(
        JSON.stringify(ours)
          .replaceAll(`"${release.name}-reaper"`, '"countersign-reaper"')
          .replaceAll(`"${release.namespace}"`, '"countersign"'),
      ) as KubeDocument;
      const { metadata, ...rest } = asAlone;
      const { metadata: expectedMetadata, ...expected } = one;
      assert.deepEqual(rest, expected, one.kind);
      assert.equal(metadata.namespace, expectedMetadata.namespace, one.kind);
    }
  });
});

interface Pod {
  readonly securityContext: { readonly runAsNonRoot?: boolean };
  readonly containers: readonly {
    readonly env?: readonly { readonly name: string; readonly value?: string }[];
    readonly securityContext: {
      readonly readOnlyRootFilesystem?: boolean;
      readonly allowPrivilegeEscalation?: boolean;
      readonly capabilities?: object;
    };
  }[];
}

function podOf(deployment: KubeDocument): Pod {
  return (deployment.spec as { template: { spec: Pod } }).template.spec;
}

describe("the rendered chart on a real API server", () => {
  let cluster: TestCluster;
  let chart: Chart;
  const namespaces: string[] = [];
  const admin = (...args: readonly string[]) => output(cluster.kubectl("admin", ...args));
  before(async () => {
    cluster = await startTestCluster();
    chart = await openChart();
    const crds = await operatorCrds(["servicemonitors", "prometheusrules"]);
    await output(cluster.kubectlWithInput("admin", crds, "apply", "--server-side", "-f", "-"));
    for (const kind of ["servicemonitors", "prometheusrules"])
      await admin("wait", "--for=condition=Established", `crd/${kind}.monitoring.coreos.com`);
  });
  after(async () => {
    for (const namespace of namespaces)
      await cluster.kubectl("admin", "delete", "namespace", namespace, "--wait=false");
    await cluster.stop();
  });

  /** In a namespace that takes no pod but of the strictest of the pod security standards. */
  async function install(
    values: object,
    name: string,
  ): Promise<{ namespace: string; documents: readonly KubeDocument[] }> {
    const namespace = `chart-${name}-${process.pid}-${Date.now().toString(36)}`;
    namespaces.push(namespace);
    await createNamespace(cluster, namespace);
    await admin("label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted");
    const { code, stderr, text } = await chart.template(
      values,
      { "rbac.objects": await rbacText({ namespace }) },
      namespace,
    );
    assert.equal(code, 0, stderr);
    const apply = ["apply", "--server-side", "--force-conflicts", "--validate=strict", "-f", "-"];
    const said = await output(cluster.kubectlWithInput("admin", text, ...apply));
    const documents = documentsOf(text);
    assert.equal(said.trim().split("\n").length, documents.length, "every object was taken");
    return { namespace, documents };
  }

  for (const [name, values] of Object.entries({ http: httpMode, socket: { ...socketMode, monitoring: monitored } }))
    test(`every object is valid to the letter and accepted: ${name}`, async () => {
      const { namespace, documents } = await install(values, name);
      for (const kind of ["ServiceMonitor", "PrometheusRule", "NetworkPolicy", "PodDisruptionBudget"])
        assert.ok(
          documents.some((one) => one.kind === kind),
          kind,
        );
      const may = async (...what: readonly string[]) => {
        const as = `system:serviceaccount:${namespace}:countersign`;
        return (await cluster.kubectl("admin", "auth", "can-i", ...what, "--as", as)).stdout.trim();
      };
      assert.equal(await may("watch", "pods", "-A"), "yes", "the rights are those of the chart's own account");
      assert.equal(await may("delete", "pods", "-A"), "no");
      const ours = ["-n", namespace, "wait", "--for=create", "pod", "-l", "app.kubernetes.io/name=countersign"];
      await admin(...ours, "--timeout=60s");
      const reaper = ["-n", namespace, "rollout", "status", `deployment/${release.name}-reaper`];
      await admin(...reaper, "--timeout=120s");
    });

  test("Helm installs it, and what it removes leaves the record", async () => {
    const namespace = `chart-helm-${process.pid}-${Date.now().toString(36)}`;
    namespaces.push(namespace);
    await createNamespace(cluster, namespace);
    const values = { ...socketMode, reaper: { createNamespace: false, grantsNamespace: namespace } };
    const helm = async (...args: readonly string[]) => {
      const { code, stderr } = await chart.helm(
        cluster.kubeconfig("admin"),
        [...args, "--namespace", namespace],
        values,
      );
      assert.equal(code, 0, stderr);
    };
    await helm("install", "by-helm", chartDirectory);
    await admin("-n", namespace, "rollout", "status", "deployment/by-helm-reaper", "--timeout=120s");
    const gone = await chart.uninstall(cluster.kubeconfig("admin"), "by-helm", namespace);
    assert.equal(gone.code, 0, gone.stderr);
    const claims = await admin("-n", namespace, "get", "pvc", "-o", "name");
    assert.deepEqual(claims.trim().split("\n").toSorted(), [
      "persistentvolumeclaim/by-helm-checkpoints",
      "persistentvolumeclaim/by-helm-data",
    ]);
  });
});
