// The image's files run as a container would run them, as far as it goes without a container engine. Needs root and Debian's tini.
import assert from "node:assert/strict";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { startSampleCluster } from "../../demo/cluster/cluster.ts";
import { DEMO_BOT, DEMO_BROKEN_IMAGES, demoTokens, seedDemo } from "../../demo/cluster/seed/demo.ts";
import { demoConfig } from "../../demo/config.ts";
import { startLocalSlack } from "../../demo/slack/start.ts";
import { checkpointsIn, verifierFrom } from "../../src/audit/files.ts";
import { verifyLog } from "../../src/audit/verify.ts";
import { storedLines } from "../../src/store/at-rest.ts";
import { ana } from "../support/town.ts";
import { addBase, startContainer } from "./container.ts";
import { makeImage, startedAs } from "./image.ts";

let parent = "";
let image = "";
before(() => {
  parent = mkdtempSync(join(tmpdir(), "countersign-image-"));
  // Others than root walk through it.
  chmodSync(parent, 0o755);
  image = makeImage(parent);
});
after(() => rmSync(parent, { recursive: true, force: true }));

const { user, entry, command } = startedAs();

/** A directory that the image's user, and nobody else but root, may write. */
function stateOf(name: string): string {
  const state = join(parent, name);
  mkdirSync(state, { mode: 0o700 });
  const [uid = "", gid = ""] = user.split(":");
  chownSync(state, Number(uid), Number(gid));
  return state;
}

test("inside, the first process is the image's user's, and nothing can be written but its state and /tmp", async () => {
  addBase(image);
  const tries = ["/app/x", "/app/dist/src/cli.js", "/usr/bin/node", "/x", "/state/x", "/tmp/x"];
  const probe = `
    const fs = require("node:fs");
    const write = (path) => { try { fs.appendFileSync(path, "x"); return "written"; } catch (error) { return error.code; } };
    console.log(JSON.stringify([process.getuid(), process.getgid(), process.pid, ...${JSON.stringify(tries)}.map(write)]));`;
  const run = startContainer({
    image,
    state: stateOf("probed"),
    user,
    command: ["/usr/bin/node", "-e", probe],
    env: {},
  });
  assert.equal(await run.ended, 0, run.output());
  const [uid, gid] = user.split(":").map(Number);
  // New files meet the read-only root; what is there is root's besides.
  const readOnly = ["EROFS", "EACCES", "EACCES", "EROFS"];
  assert.deepEqual(JSON.parse(run.output()), [uid, gid, 1, ...readOnly, "written", "written"]);
});

/** Slack and a cluster outside of it, and its configuration on its state. */
async function world(t: TestContext, name: string) {
  const state = stateOf(name);
  const cluster = await startSampleCluster({
    name: "production",
    seed: seedDemo,
    tokens: demoTokens((one) => `token-of-${one}`),
    brokenImages: DEMO_BROKEN_IMAGES,
    podReadyMs: 20,
  });
  t.after(() => cluster.stop());
  const slack = await startLocalSlack({ port: 0, limits: "off" });
  t.after(() => slack.stop());
  cluster.kubeconfig(DEMO_BOT, join(state, "kubeconfig"));
  chmodSync(join(state, "kubeconfig"), 0o644);
  const where = {
    name: "production",
    environment: "production",
    kubeconfig: "/state/kubeconfig",
    context: "production",
  };
  writeFileSync(join(state, "countersign.yaml"), demoConfig("/state", [where]));
  const env = {
    ...{ SLACK_BOT_TOKEN: slack.botToken, SLACK_APP_TOKEN: slack.appToken, SLACK_API_URL: slack.apiUrl },
    COUNTERSIGN_CONFIG: "/state/countersign.yaml",
  };
  return { state, slack, env };
}

for (const [how, started] of [
  ["as the image starts it", [...entry, ...command]],
  ["without an init, as process 1 itself", [...entry.slice(2), ...command]],
] as const)
  test(`${how}, it works on a read-only root, and SIGTERM ends it cleanly, with all that it recorded`, async (t) => {
    addBase(image);
    const { state, slack, env } = await world(t, `run-${how.length}`);
    const run = startContainer({ image, state, user, command: started, env });
    t.after(() => run.ended);
    const isThere = slack.waitForConnections(1);
    const ended = await Promise.race([isThere.then(() => null), run.ended.then((status) => ({ status }))]);
    assert.equal(ended, null, run.output());
    await slack.as(ana).command("#payments", "/ops", "rollback checkout because it crashes since 42");
    await slack.waitForMessage(({ text }) => text.includes("waits to be countersigned"), 30_000);
    run.signal("SIGTERM");
    assert.equal(await run.ended, 0, run.output());
    assert.doesNotMatch(run.output(), /EROFS|EACCES|EPERM/);
    const verifier = await verifierFrom(join(state, "data/keys/audit.vkey"));
    assert.ok(verifier !== null);
    const lines = [...storedLines(join(state, "data"))];
    const verdict = await verifyLog({ lines, checkpoints: await checkpointsIn(join(state, "checkpoints")), verifier });
    assert.ok(verdict.ok, verdict.says);
    const codes = lines.map((line) => (JSON.parse(line) as { code: string }).code);
    assert.ok(codes.includes("request.created") && codes.at(-1) === "bot.stopped", codes.join());
  });
