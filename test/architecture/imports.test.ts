// Holds the house's plan: who may import whom, one home per SDK, how long files are.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";

/** Folder → folders of ours that it may import. `src/main.ts`, `src/cli.ts` and `demo`, `bench`, `test` may import all. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  "src/core": [],
  "src/kubernetes": ["src/core"],
  "src/commands": ["src/core", "src/kubernetes"],
  "src/approvals": ["src/core"],
  "src/access": ["src/core"],
  "src/identity": ["src/core"],
  "src/files": [],
  "src/audit": ["src/core", "src/files"],
  "src/config": ["src/core"],
  "src/store": ["src/core", "src/files"],
  "src/jobs": ["src/core"],
  "src/on-call": ["src/core"],
  "src/dispatch": ["src/core", "src/kubernetes", "src/commands", "src/approvals", "src/access", "src/identity"],
  "src/reaper": ["src/core"],
  "src/health": ["src/core"],
  "src/metrics": ["src/core"],
  "src/tracing": ["src/core"],
  "src/server": ["src/core", "src/dispatch"],
  "src/integrations/kubernetes": ["src/core", "src/kubernetes"],
  "src/integrations/slack": ["src/core"],
  "src/integrations/yaml": ["src/core"],
  "src/integrations/secretlint": ["src/core"],
  "src/integrations/oidc": ["src/core"],
  "src/integrations/https": ["src/core"],
  "src/integrations/scim": ["src/core", "src/integrations/https"],
  "src/integrations/github": ["src/core", "src/integrations/https"],
  "src/integrations/dataos": ["src/core", "src/integrations/https"],
  "src/integrations/s3": ["src/core", "src/integrations/https"],
  "src/integrations/syslog": ["src/core"],
  "src/integrations/otlp-logs": ["src/core", "src/integrations/https"],
  "src/integrations/ical": ["src/core", "src/integrations/https"],
  "src/integrations/pagerduty": ["src/core", "src/integrations/https"],
};

/** Package → the folders that may import it; anything else imports none but node's own. */
const homes: Readonly<Record<string, readonly string[]>> = {
  "@slack/": ["src/integrations/slack", "demo", "bench", "test"],
  "@kubernetes/": ["src/integrations/kubernetes", "bench", "test"],
  undici: [
    "src/integrations/https",
    "src/integrations/kubernetes",
    "src/integrations/slack",
    "src/integrations/oidc",
    "bench",
    "test",
  ],
  "openid-client": ["src/integrations/oidc"],
  "oidc-provider": ["test"],
  echarts: ["bench"],
  kysely: ["src/store", "test"],
  bullmq: ["src/jobs/bullmq", "bench"],
  ioredis: ["src/jobs/bullmq", "bench", "test"],
  pg: ["src/store/postgres", "src/jobs/bullmq", "bench", "test"],
  ajv: ["src/config", "src/audit", "test"],
  "@bufbuild/": ["src/approvals/cel", "test"],
  "ical.js": ["src/integrations/ical"],
  yaml: ["src/config", "src/integrations/yaml", "demo", "test"],
  "@secretlint/": ["src/integrations/secretlint", "test"],
  "prom-client": ["src/metrics"],
  "@opentelemetry/": ["src/tracing"],
  pino: ["src/main.ts", "src/cli.ts", "src/cli", "test"],
};

const files = globSync("{src,demo,test,bench}/**/*.ts").map((file) => ({ file, text: readFileSync(file, "utf8") }));

function importsOf(text: string): readonly string[] {
  return [
    ...text.matchAll(/^(?:import|export)\s[^;]*?from\s+"([^"]+)"/gms),
    ...text.matchAll(/\bimport\("([^"]+)"\)/g),
  ].map((match) => match[1] ?? "");
}

function roomOf(file: string): string | undefined {
  return Object.keys(mayImport).find((room) => file.startsWith(`${room}/`));
}

test("no arrow runs back up: each folder imports only what it may", () => {
  const wrong: string[] = [];
  for (const { file, text } of files) {
    const room = roomOf(file);
    if (room === undefined) continue;
    for (const target of importsOf(text).filter((name) => name.startsWith("."))) {
      const path = normalize(join(dirname(file), target));
      if (path.startsWith(`${room}/`) || mayImport[room]?.some((allowed) => path.startsWith(`${allowed}/`))) continue;
      wrong.push(`${file} imports ${path}; ${room} may import ${mayImport[room]?.join(", ") || "nothing of ours"}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test("every folder of src is in the plan", () => {
  const unplanned = files.filter(
    ({ file }) =>
      file.startsWith("src/") &&
      roomOf(file) === undefined &&
      !/^src\/((main|cli|clock|steady-clock|version)\.ts|(main|cli)\/)/.test(file),
  );
  assert.deepEqual(
    unplanned.map(({ file }) => file),
    [],
  );
});

test("each SDK has its homes", () => {
  const wrong: string[] = [];
  for (const { file, text } of files) {
    for (const name of importsOf(text)) {
      const home = Object.entries(homes).find(
        ([prefix]) => name === prefix || name.startsWith(prefix.endsWith("/") ? prefix : `${prefix}/`),
      );
      if (home === undefined || home[1].some((allowed) => file === allowed || file.startsWith(`${allowed}/`))) continue;
      wrong.push(`${file} imports ${name}, whose homes are ${home[1].join(", ")}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test("only main and cli read the environment", () => {
  const wrong = files.filter(
    ({ file, text }) =>
      file.startsWith("src/") && !/^src\/(main|cli)(\.ts|\/)/.test(file) && text.includes("process.env"),
  );
  assert.deepEqual(
    wrong.map(({ file }) => file),
    [],
  );
});

test("no file is longer than 400 lines", () => {
  const long = files.filter(({ file, text }) => !file.startsWith("test/") && text.split("\n").length > 400);
  assert.deepEqual(
    long.map(({ file }) => file),
    [],
  );
});

test("every file says in its first line what it is for", () => {
  const silent = files.filter(({ text }) => !/^(#!.*\n)?\/\/ \S/.test(text));
  assert.deepEqual(
    silent.map(({ file }) => file),
    [],
  );
});

test("no escape from the type checker", () => {
  const loophole = /@ts-(ignore|expect-error|nocheck)|\bas any\b/;
  const wrong = files.filter(({ file, text }) => loophole.test(text) && file !== "test/architecture/imports.test.ts");
  assert.deepEqual(
    wrong.map(({ file }) => file),
    [],
  );
});
