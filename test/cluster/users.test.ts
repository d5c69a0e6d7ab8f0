// Users of the test cluster are who they are meant to be, and what a killed run left behind is removed.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { newDirectory } from "./directory.ts";
import { kubeconfigText, newAccounts, tokenFile } from "./users.ts";

test("a user without groups has no group, not one with an empty name", () => {
  const accounts = newAccounts();
  const lines = tokenFile(accounts).split("\n");
  assert.ok(lines.includes(`${accounts.stranger.token},stranger,stranger`));
  assert.ok(lines.includes(`${accounts.admin.token},admin,admin,"system:masters"`));
});

test("every user has a token of its own, new in each cluster", () => {
  const tokens = [newAccounts(), newAccounts()].flatMap((accounts) =>
    Object.values(accounts).map(({ token }) => token),
  );
  assert.equal(new Set(tokens).size, tokens.length);
  for (const token of tokens) assert.match(token, /^[\w-]{32}$/);
});

test("a kubeconfig names its context after the cluster or the user, as asked", () => {
  const endpoint = { name: "test", server: "https://127.0.0.1:1", caPem: "CA" };
  const text = kubeconfigText(endpoint, [{ context: "test", user: "alice", token: "t" }], "test");
  assert.deepEqual(JSON.parse(text), {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "test", cluster: { server: "https://127.0.0.1:1", "certificate-authority-data": "Q0E=" } }],
    users: [{ name: "alice", user: { token: "t" } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "alice" } }],
    "current-context": "test",
  });
});

test("a new directory is private, and replaces those whose owner is gone", async () => {
  const parent = await mkdtemp(join(tmpdir(), "directory-test-"));
  try {
    const above = 4_194_305; // above the largest process id of Linux
    for (const name of [`kind-${above}-abc`, `kind-${process.pid}-abc`, `other-${above}-abc`, "kind-mine"]) {
      await mkdir(join(parent, name));
    }
    const made = await newDirectory("kind", parent);
    assert.equal((await stat(made)).mode & 0o777, 0o700);
    const left = (await readdir(parent)).filter((name) => join(parent, name) !== made);
    assert.deepEqual(left.sort(), ["kind-mine", `kind-${process.pid}-abc`, `other-${above}-abc`].sort());
  } finally {
    await rm(parent, { recursive: true, force: true });
  }
});
