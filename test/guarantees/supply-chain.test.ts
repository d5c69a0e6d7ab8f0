// T32: what is installed is what was locked, and installing runs nobody's code.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly link?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as {
  readonly packages: Readonly<Record<string, Locked>>;
};
const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Readonly<
  Record<string, Readonly<Record<string, string>> | undefined>
>;
const installed = Object.entries(lock.packages).filter(([path]) => path !== "");

test("T32: every locked package has an integrity, and none comes from a git or file address", () => {
  const bare = installed.filter(([, one]) => !/^sha512-/.test(one.integrity ?? "") || one.link === true);
  assert.deepEqual(
    bare.map(([path]) => path),
    [],
  );
  const elsewhere = installed.filter(([, one]) => /^(git|file|http:)/.test(one.resolved ?? ""));
  assert.deepEqual(
    elsewhere.map(([path]) => path),
    [],
  );
});

test("T32: no package needs an install script, and npm is told to run none", () => {
  const scripted = installed.filter(([, one]) => one.hasInstallScript === true);
  assert.deepEqual(
    scripted.map(([path]) => path),
    // Looks whether its prebuilt part for the platform is there, and else builds it: BullMQ works without either.
    ["node_modules/msgpackr-extract"],
  );
  assert.match(readFileSync(".npmrc", "utf8"), /^ignore-scripts=true$/m);
  const own = Object.keys(manifest.scripts ?? {});
  assert.deepEqual(
    own.filter((name) => /^(pre|post)?(install|prepare)$/.test(name)),
    [],
  );
});

test("T32: every dependency is pinned to one exact version", () => {
  for (const kind of ["dependencies", "devDependencies", "optionalDependencies"]) {
    for (const [name, range] of Object.entries(manifest[kind] ?? {})) assert.match(range, /^\d+\.\d+\.\d+$/, name);
  }
});

// npm leaves out optional packages that ask for another Node than the one npm runs on, and says nothing.
test("what the program imports is no optional dependency: only the builds of Node for each platform are", () => {
  assert.deepEqual(
    Object.keys(manifest.optionalDependencies ?? {}).filter((name) => !/^node-(bin-)?(darwin|linux|win)-/.test(name)),
    [],
  );
});

test("T32: the lock names no registry host", () => {
  assert.deepEqual(
    installed.filter(([, one]) => one.resolved !== undefined).map(([path]) => path),
    [],
  );
});

test("T32: the lock holds every platform's package, so that npm ci works wherever the project is cloned", () => {
  const asked = Object.values(lock.packages).flatMap((one) => Object.keys(one.optionalDependencies ?? {}));
  const held = new Set(
    installed.map(([path]) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length)),
  );
  assert.deepEqual(
    asked.filter((name) => !held.has(name)),
    [],
  );
});
