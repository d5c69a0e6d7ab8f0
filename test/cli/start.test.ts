// `countersign start` as a process: how it ends.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { startTown, type Town } from "../support/town.ts";

const loses = "process.on('SIGUSR2', () => { Promise.reject(new Error('lost on the way')) })";

async function ended(t: TestContext, town: Town, signal: NodeJS.Signals): Promise<{ code: unknown; log: string }> {
  const preload = `data:text/javascript,${encodeURIComponent(loses)}`;
  const args = ["--import", preload, "src/cli.ts", "start", "--config", town.configFile];
  const { botToken, appToken, apiUrl } = town.slack;
  const env = { ...process.env, SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken, SLACK_API_URL: apiUrl };
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "ignore", "pipe"] });
  t.after(() => void child.kill("SIGKILL"));
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    log += text;
    if (text.includes("countersign is listening")) child.kill(signal);
  });
  const [code] = await once(child, "close");
  return { code, log };
}

test("a fault that nothing caught is logged with an id, and the process stops cleanly with a status of its own", async (t) => {
  const town = await startTown(t);
  const { code, log } = await ended(t, town, "SIGUSR2");
  assert.equal(code, 70, log);
  const line = log.split("\n").find((one) => one.includes("nothing caught"));
  const told: unknown = JSON.parse(line ?? "{}");
  assert.match(JSON.stringify(told), /"fault":"[0-9a-f]{10}"/);
  assert.match(JSON.stringify(told), /lost on the way/);
  assert.equal((await town.records()).at(-1)?.code, "bot.stopped");
});

test("told to stop, it stops with 0", async (t) => {
  const town = await startTown(t);
  const { code, log } = await ended(t, town, "SIGTERM");
  assert.equal(code, 0, log);
  assert.equal((await town.records()).at(-1)?.code, "bot.stopped");
});
