// Which kubeconfigs are used, and which never are.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import { type Connection, connect } from "../../../src/integrations/kubernetes/connect.ts";
import { kubeconfig } from "../../support/scripted-cluster.ts";

let directory: string;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), "kubeconfig-"));
});
after(async () => await rm(directory, { recursive: true }));

async function connected(server: string, user: JsonObject, context = "staging"): Promise<Connection> {
  const file = join(directory, "config");
  await writeFile(file, kubeconfig(server, user));
  return await connect({ kind: "kubeconfig", file, context });
}

test("T33: a program that a kubeconfig names is never run", async () => {
  const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "aws", args: ["eks", "get-token"] };
  await assert.rejects(connected("https://c.example", { exec }), /exec plugin, which is never run/);
  for (const name of ["gcp", "azure", "exec"]) {
    const provider = { name, config: { "cmd-path": "/bin/true", tokenFile: "/dev/null" } };
    await assert.rejects(connected("https://c.example", { "auth-provider": provider }), /may run a program/);
  }
  const hidden = { name: "tokenFile", config: { tokenFile: "/dev/null", exec: { command: "true" } } };
  await assert.rejects(connected("https://c.example", { "auth-provider": hidden }), /may run a program/);
});

test("plain HTTP is spoken to this very machine only", async () => {
  await assert.rejects(connected("http://c.example:8080", {}), /not https/);
  const local = await connected("http://127.0.0.1:1/prefix/", {});
  assert.deepEqual([local.origin, local.prefix], ["http://127.0.0.1:1", "/prefix"]);
  await local.close();
});

test("tokens and passwords become headers, from files too", async () => {
  const token = await connected("https://c.example", { token: "t" });
  assert.deepEqual(await token.headers(), { authorization: "Bearer t" });
  await token.close();
  const file = join(directory, "token");
  await writeFile(file, "from-file");
  const fromFile = await connected("https://c.example", {
    "auth-provider": { name: "tokenFile", config: { tokenFile: file } },
  });
  assert.deepEqual(await fromFile.headers(), { authorization: "Bearer from-file" });
  await fromFile.close();
  const basic = await connected("https://c.example", { username: "u", password: "p" });
  assert.deepEqual(await basic.headers(), { authorization: "Basic dTpw" });
  await basic.close();
});

test("a context that the kubeconfig does not have is named", async () => {
  await assert.rejects(connected("https://c.example", {}, "prod"), /no context prod/);
});
