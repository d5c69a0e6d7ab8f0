// `countersign risk`: the risk facts of manifests without a cluster.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { temporaryDirectory } from "../store/samples.ts";
import { runCli } from "./capture.ts";

function manifest(t: TestContext, text: string): string {
  const file = join(temporaryDirectory(t), "m.yaml");
  writeFileSync(file, text);
  return file;
}

const harmless = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: shop }\n";
const role = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: helper }
rules: [{ apiGroups: [""], resources: [secrets], verbs: [get] }]
`;

test("a high risk exits with 1 and is named with its object", async (t) => {
  const ran = await runCli(["risk", "-f", manifest(t, role), "--json"]);
  assert.equal(ran.code, 1);
  const { objects, risks } = JSON.parse(ran.out);
  assert.equal(objects, 1);
  assert.deepEqual(
    risks.map((risk: { kind: string; level: string; object: string }) => [risk.kind, risk.level, risk.object]),
    [
      ["rbac-change", "high", "clusterrole/helper"],
      ["rbac-escalation", "high", "clusterrole/helper"],
    ],
  );
});

test("no risk exits with 0 and says so", async (t) => {
  const ran = await runCli(["risk", "-f", manifest(t, harmless)]);
  assert.deepEqual(ran, { code: 0, out: "No risk facts in 1 object.\n", err: "" });
});

test("a manifest that can't be read in one way is refused, as JSON where JSON was asked for", async (t) => {
  const file = manifest(t, `${harmless}data: { on: yes }\n`);
  const text = await runCli(["risk", "-f", file]);
  assert.deepEqual([text.code, text.out], [1, ""]);
  const json = await runCli(["risk", "-f", file, "--json"]);
  assert.deepEqual([json.code, JSON.parse(json.out).refusal.code], [1, "bad-yaml"]);
});

test("wrong words exit with 2, a file that is not there with 1", async () => {
  assert.equal((await runCli(["risk"])).code, 2);
  assert.equal((await runCli(["risk", "m.yaml"])).code, 2);
  assert.equal((await runCli(["risk", "-f", "x", "--nonsense"])).code, 2);
  assert.equal((await runCli(["risk", "-f", "/nowhere/m.yaml"])).code, 1);
});
