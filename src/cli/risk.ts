// `countersign risk`: what is dangerous about manifests, without asking any cluster.
import { parseArgs } from "node:util";
import { riskFactsOf } from "../approvals/risks.ts";
import { asClusterName } from "../core/ids.ts";
import { type JsonObject, textAt } from "../core/json.ts";
import type { Kind } from "../core/kube.ts";
import type { PreviewedChange } from "../core/plan.ts";
import type { ManifestDocument } from "../core/ports/manifests.ts";
import { isRefusal, type Refusal } from "../core/refusal.ts";
import type { RiskFact } from "../core/risk.ts";
import { openManifests } from "../integrations/yaml/manifests.ts";
import { visible } from "../kubernetes/visible.ts";
import type { CliRun } from "./commands.ts";
import { readInput } from "./input.ts";
import { problem, refusalText } from "./output.ts";

export const risk: CliRun = async (argv) => {
  const { values } = parseArgs({
    args: [...argv],
    options: { file: { type: "string", short: "f" }, json: { type: "boolean" } },
  });
  if (values.file === undefined) {
    process.stderr.write(
      problem("No manifest was named.", "Type: countersign risk -f FILE, or -f - for the standard input"),
    );
    return 2;
  }
  const manifests = openManifests();
  const documents = await manifests.read(await readInput(values.file)).finally(() => manifests.close());
  if (isRefusal(documents)) return refused(documents, values.json === true);
  const facts = riskFactsOf(documents.map(asCreation)).map(withoutCluster);
  if (values.json === true)
    process.stdout.write(`${JSON.stringify({ objects: documents.length, risks: facts }, null, 2)}\n`);
  else process.stdout.write(factLines(facts, documents.length));
  return facts.some((fact) => fact.level === "high") ? 1 : 0;
};

function refused(refusal: Refusal, isJson: boolean): number {
  const { code, message, hint } = refusal;
  if (isJson) process.stdout.write(`${JSON.stringify({ refusal: { code, message, hint } }, null, 2)}\n`);
  else process.stderr.write(refusalText(refusal));
  return 1;
}

function factLines(facts: readonly RiskFact[], objects: number): string {
  if (facts.length === 0) return `No risk facts in ${objects} ${objects === 1 ? "object" : "objects"}.\n`;
  return facts.map((fact) => `${fact.level.padEnd(6)} ${fact.kind.padEnd(22)} ${visible(fact.says)}\n`).join("");
}

const nowhere = asClusterName("none");

/** The facts name objects with their cluster; here there is none. */
function withoutCluster(fact: RiskFact): RiskFact {
  const cut = (text: string): string => text.replaceAll(`${nowhere}:`, "");
  return { ...fact, says: cut(fact.says), object: cut(fact.object) };
}

/** The manifest as if it were created as it stands: defaults and admission of a real cluster may add to it. */
function asCreation(document: ManifestDocument): PreviewedChange {
  const content: JsonObject = document.content;
  const kind = kindOf(content);
  const namespace = textAt(content, "metadata", "namespace");
  const name = textAt(content, "metadata", "name");
  return {
    kind: "object",
    operation: "create",
    object: { cluster: nowhere, kind, namespace: namespace === "" ? null : namespace, name, uid: "" },
    call: {
      method: "PATCH",
      path: "",
      query: {},
      contentType: "application/apply-patch+yaml",
      body: content,
      guard: "create",
    },
    before: null,
    after: content,
  };
}

function kindOf(content: JsonObject): Kind {
  const [first = "", second] = textAt(content, "apiVersion").split("/");
  const kind = textAt(content, "kind");
  const [group, version] = second === undefined ? ["", first] : [first, second];
  return {
    group,
    version,
    kind,
    resource: `${kind.toLowerCase()}s`,
    singular: kind.toLowerCase(),
    shortNames: [],
    namespaced: true,
    verbs: [],
    subresources: [],
  };
}
