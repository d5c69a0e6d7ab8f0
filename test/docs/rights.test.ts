// docs/rights.md: its configuration loads, and its commands print rights with which it works as it says.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryDirectory } from "../store/samples.ts";
import { printedRights } from "../support/linked.ts";

const page = readFileSync("docs/rights.md", "utf8");
const yaml = /^```yaml\n(.*?)^```/ms.exec(page)?.[1] ?? "";
const commands = [...page.matchAll(/^ {4}countersign (rbac [^|\n]*)/gm)].map(([, text = ""]) =>
  text.trim().split(" ").slice(1),
);

const rest = `channels: { approvals: "#a", audit: "#b" }
audit: { checkpoints: /x }
policy: { rules: [{ name: all, allow: true }] }
`;

interface Named {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly roleRef?: { readonly name: string };
  readonly subjects?: readonly { readonly name: string }[];
}

test("every command of the page prints rights", async (t) => {
  const file = join(temporaryDirectory(t), "countersign.yaml");
  writeFileSync(file, yaml + rest);
  assert.equal(commands.length, 4);
  for (const flags of commands)
    for (const mode of ["--constrained", "--no-constrained"]) {
      const objects = (await printedRights([...flags, mode, "--config", file])) as unknown as readonly Named[];
      const bindings = objects.filter(({ roleRef }) => roleRef?.name.startsWith("countersign:approved:"));
      const isStanding = flags.includes("--standing");
      assert.equal(bindings.length > 0, !isStanding, flags.join(" "));
      assert.ok(
        bindings.every(({ roleRef, subjects }) => subjects?.length === 1 && subjects[0]?.name === roleRef?.name),
      );
      const places = new Set(bindings.map(({ metadata }) => metadata.namespace));
      const at = flags.indexOf("--namespaces");
      assert.deepEqual([...places], at < 0 ? (isStanding ? [] : [undefined]) : flags[at + 1]?.split(","));
      assert.equal(
        objects.filter(({ kind, metadata }) => kind === "ClusterRole" && metadata.name === "countersign").length,
        1,
      );
    }
});
