// The demo as a newcomer meets it: it goes on where it ended, and says plainly why it can't start.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { startSampleCluster } from "../../demo/cluster/cluster.ts";
import { DEMO_BOT, demoTokens, seedDemo } from "../../demo/cluster/seed/demo.ts";
import type { PageState } from "../../demo/slack/page-protocol.ts";
import { type Demo, type DemoOptions, startDemo } from "../../demo/start.ts";
import { silent } from "../store/samples.ts";

/** Hooks run in the order they were given: the demos end before their directory goes. */
const running = new Map<string, Demo[]>();

function directoryFor(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "countersign-demo-"));
  running.set(directory, []);
  t.after(async () => {
    for (const demo of running.get(directory) ?? []) await demo.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  return directory;
}

const plain = { fresh: false, port: 0, kubeconfig: null, context: null, log: silent } as const;

async function start(options: Partial<DemoOptions> & { readonly directory: string }): Promise<Demo> {
  const demo = await startDemo({ ...plain, ...options });
  running.get(options.directory)?.push(demo);
  return demo;
}

async function act(demo: Demo, text: string): Promise<void> {
  const answer = await fetch(`${demo.pageUrl}page/api/act`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ kind: "command", as: "U0ANA0001", channel: "C0PAYMENT", text }),
  });
  assert.equal(answer.status, 200);
}

async function stateOf(demo: Demo): Promise<PageState> {
  return (await (await fetch(`${demo.pageUrl}page/api/state?as=U0BEN0001`)).json()) as PageState;
}

/** Asks the page again until it says so; the deadline is the test runner's. */
async function until(demo: Demo, isSo: (state: PageState) => boolean): Promise<PageState> {
  for (;;) {
    const state = await stateOf(demo);
    if (isSo(state)) return state;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test("where the demo had to change its own configuration, such as a port that was taken, that change rules", async (t) => {
  const directory = directoryFor(t);
  const first = await start({ directory });
  await first.stop();
  const config = join(directory, "countersign.yaml");
  const port = Number(/baseUrl: http:\/\/127\.0\.0\.1:(\d+)/.exec(readFileSync(config, "utf8"))?.[1]);
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(port, "127.0.0.1", resolve));
  t.after(() => other.close());
  const second = await start({ directory });
  const accepted = "by: somebody on the bot's machine, without countersignature";
  await until(second, (state) => JSON.stringify(state.messages).includes(accepted));
  assert.notEqual(Number(/baseUrl: http:\/\/127\.0\.0\.1:(\d+)/.exec(readFileSync(config, "utf8"))?.[1]), port);
});

const waits = (state: PageState) => state.messages.some((one) => one.text.includes("waits to be countersigned"));

test("a restart keeps conversations, requests, the cluster, the signing key and the configuration", async (t) => {
  const directory = directoryFor(t);
  const first = await start({ directory });
  await act(first, "/ops rollback checkout because it fails");
  const before = await until(first, waits);
  await first.stop();
  const keys = readFileSync(join(directory, "cluster.json"), "utf8");
  const config = join(directory, "countersign.yaml");
  writeFileSync(config, `${readFileSync(config, "utf8")}# a change of mine\n`);
  const second = await start({ directory });
  const after = await until(second, (state) => state.messages.length >= before.messages.length);
  assert.ok(waits(after));
  assert.match(readFileSync(config, "utf8"), /# a change of mine/);
  const uid = /"uid":"([^"]+)"/.exec(keys)?.[1] ?? "none";
  assert.ok(readFileSync(join(directory, "cluster.json"), "utf8").includes(uid), "the same cluster");
  await act(second, "/ops restart search because the second run can change things too");
  const both = await until(second, (state) => state.messages.some((one) => one.text.includes("Restart search")));
  assert.ok(
    both.messages.every((one) => !one.text.includes("checkpoint.refused")),
    "the log goes on under the same key",
  );
});

test("--fresh starts over", async (t) => {
  const directory = directoryFor(t);
  const first = await start({ directory });
  await act(first, "/ops rollback checkout because it fails");
  await until(first, waits);
  await first.stop();
  const second = await start({ directory, fresh: true });
  assert.ok(!waits(await stateOf(second)));
});

test("a taken port is named, with what to type instead, and nothing is left running", async (t) => {
  const directory = directoryFor(t);
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  t.after(() => other.close());
  const address = other.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  await assert.rejects(
    startDemo({ ...plain, directory, port }),
    new RegExp(`Port ${port} of 127\\.0\\.0\\.1 is taken.*--port ${port + 1}`),
  );
  assert.ok(!existsSync(join(directory, "demo.pid")));
});

test("a second demo in the same directory is sent to the first", async (t) => {
  const directory = directoryFor(t);
  writeFileSync(join(directory, "demo.pid"), `${process.ppid} http://127.0.0.1:4321/\n`);
  await assert.rejects(
    startDemo({ ...plain, directory }),
    /already runs in .* Its page is http:\/\/127\.0\.0\.1:4321\//,
  );
});

test("--kubeconfig takes a cluster of one's own, and puts the sample's configuration aside", async (t) => {
  const directory = directoryFor(t);
  const own = await startSampleCluster({
    name: "mine",
    seed: seedDemo,
    tokens: demoTokens((user) => `token-of-${user}`),
    podReadyMs: 20,
  });
  t.after(() => own.stop());
  const kubeconfig = join(directory, "mine.kubeconfig");
  own.kubeconfig(DEMO_BOT, kubeconfig);
  writeFileSync(join(directory, "countersign.yaml"), "# for the sample cluster\n");
  const demo = await start({ directory, kubeconfig });
  assert.match(demo.welcome, /countersign\.before\.yaml/);
  await act(demo, "/ops restart cart because it is mine");
  await until(demo, waits);
  await assert.rejects(
    startDemo({ ...plain, directory: directoryFor(t), kubeconfig: "/nowhere/x" }),
    /no kubeconfig at/,
  );
});
