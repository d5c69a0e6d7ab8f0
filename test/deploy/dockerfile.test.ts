// The image is held to the repository: what it copies is there, what it runs are the package's scripts, who it runs as is nobody.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { cliCommands } from "../../src/cli/commands.ts";
import { stagesOf } from "./dockerfile.ts";

const stages = stagesOf(readFileSync("deploy/Dockerfile", "utf8"));
const last = stages.at(-1);
const manifest = JSON.parse(readFileSync("package.json", "utf8")) as {
  readonly scripts: Readonly<Record<string, string>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly engines: Readonly<Record<string, string>>;
};
const copies = stages.flatMap((stage) => stage.instructions.filter(({ name }) => name === "COPY"));
const runs = stages.flatMap((stage) => stage.instructions.filter(({ name }) => name === "RUN"));

test("every path that is copied in is there, and is let through by .dockerignore", () => {
  const [everything, ...let_] = readFileSync(".dockerignore", "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  assert.equal(everything, "*");
  const through = let_.map((line) => line.replace(/^!/, ""));
  const used = copies.filter(({ flags }) => flags.from === undefined).flatMap(({ words }) => words.slice(0, -1));
  for (const path of used) {
    assert.ok(existsSync(path), path);
    assert.ok(through.includes(path), `${path} is kept out by .dockerignore`);
  }
  assert.deepEqual(through.toSorted(), [...new Set(used)].toSorted(), "nothing is let through that nobody copies");
});

test("what is run are npm's commands and the package's scripts", () => {
  const steps = runs.flatMap(({ text }) => text.split(/\s*&&\s*/));
  const scripts = steps.flatMap((step) => /^npm run (\S+)/.exec(step)?.[1] ?? []);
  assert.ok(scripts.length > 0 && scripts.every((script) => Object.hasOwn(manifest.scripts, script)), scripts.join());
  const known =
    /^(npm (ci|run|sbom)\b|apt-get (update|install)\b|rm -rf \/var\/lib\/apt\/lists\/\*$|cp -L node_modules\/\.bin\/node node$)/;
  for (const step of steps) assert.match(step, known);
  assert.ok(
    steps.some((step) => step.startsWith("npm sbom")),
    "the image says what it is made of",
  );
});

test("every stage that is copied from is there, with every path made in it", () => {
  for (const { flags, words } of copies.filter((copy) => copy.flags.from !== undefined)) {
    const stage = stages.find(({ name }) => name === flags.from);
    assert.ok(stage, flags.from);
    const [path = ""] = words;
    if (!path.startsWith("/src/")) continue;
    const made = path === "/src/dist" ? "npm run build" : path.replace("/src/", "");
    assert.ok(
      stage.instructions.some(({ name, text }) => name === "RUN" && text.includes(made)),
      path,
    );
  }
});

test("it runs as nobody, by number, with an init before the program, and without a shell", () => {
  const user = last?.instructions.find(({ name }) => name === "USER")?.text ?? "";
  assert.match(user, /^[1-9]\d*:[1-9]\d*$/);
  const entry = last?.instructions.find(({ name }) => name === "ENTRYPOINT")?.words ?? [];
  assert.deepEqual(entry, ["/usr/bin/tini", "--", "/usr/bin/node", join("/app", manifest.bin.countersign ?? "")]);
  const command = last?.instructions.find(({ name }) => name === "CMD")?.words ?? [];
  assert.ok(cliCommands.some(({ name }) => name === command[0]));
  assert.equal(
    last?.instructions.some(({ name }) => name === "RUN"),
    false,
    "the last stage has nothing to run with",
  );
  assert.match(last?.base ?? "", /distroless.*:nonroot$/);
});

test("no stage takes files from elsewhere, and each base names its version", () => {
  assert.ok(stages.every(({ instructions }) => instructions.every(({ name }) => name !== "ADD")));
  for (const { base } of stages) assert.match(base, /^[a-z0-9./-]+:(?!latest)[\w.-]+$/);
  const major = /\d+/.exec(manifest.engines.node ?? "")?.[0];
  assert.ok(stages.slice(0, -1).every(({ base }) => base.includes(`node:${major}-`)));
});
