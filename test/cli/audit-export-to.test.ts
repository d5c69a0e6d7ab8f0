// The log sent to other keepers: S3 with its signatures, syslog over TLS, and an OTLP collector; each record once it is new.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { createServer as createTlsServer } from "node:tls";
import { sealRecord } from "../../src/audit/chain.ts";
import { exportTo } from "../../src/cli/audit-export-to.ts";
import { plainEvent } from "../../src/dispatch/record.ts";
import { withoutWords } from "../audit/pruned-logs.ts";
import { issue, newAuthority, validAround } from "../cluster/certificates.ts";
import { startS3 } from "../support/stand-in-s3.ts";

function logOf(count: number): readonly string[] {
  const lines: string[] = [];
  let head = { size: 0, hash: "" };
  for (let seq = 0; seq < count; seq += 1) {
    const event = plainEvent("post.altered", { actor: null, details: { how: `edited "]\\ ${seq} ü\u2028` } });
    const { record, line } = sealRecord(event, head, Date.UTC(2026, 0, 1) + seq);
    lines.push(line);
    head = { size: seq + 1, hash: record.hash };
  }
  return lines;
}

function bed(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), "countersign-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const ca = join(directory, "ca.pem");
  const state = join(directory, "state.json");
  const send = (to: string, lines: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    exportTo(["--to", to, "--state", state, "--ca", ca], () => lines, env);
  return { ca, state, send };
}

function certified() {
  const validity = validAround(new Date());
  const authority = newAuthority("test", validity);
  const leaf = issue(authority, { commonName: "stand-in", use: "server", ips: ["127.0.0.1"] }, validity);
  return { ca: authority.certificatePem, tls: { key: leaf.keyPem, cert: leaf.certificatePem } };
}

const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;

test("S3 gets every record once, in objects that are in order, and goes on where it was cut off", async (t) => {
  const { ca, state, send } = bed(t);
  const secret = randomBytes(12).toString("hex");
  const s3 = await startS3({ AKIDTEST: secret });
  t.after(() => s3.stop());
  writeFileSync(ca, s3.ca);
  const env = {
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "AKIDTEST",
    AWS_SECRET_ACCESS_KEY: secret,
    AWS_ENDPOINT_URL_S3: s3.url,
  };
  const to = "s3://records/prod/audit";
  const log = logOf(1_203);
  assert.equal(await send(to, log.slice(0, 700), env), "700 records sent to the bucket records.\n");
  s3.busyFor(1);
  await assert.rejects(send(to, log, env), /answered 503 \(SlowDown\)/);
  assert.deepEqual(JSON.parse(readFileSync(state, "utf8")), { to, last: 699 });
  assert.equal(await send(to, log, env), "503 records sent to the bucket records.\n");
  assert.equal(await send(to, log, env), "Nothing is new since record 1202.\n");
  assert.deepEqual([...s3.objects.keys()].sort(), [
    "/records/prod/audit/000000000000-000000000499.jsonl",
    "/records/prod/audit/000000000500-000000000699.jsonl",
    "/records/prod/audit/000000000700-000000001199.jsonl",
    "/records/prod/audit/000000001200-000000001202.jsonl",
  ]);
  const whole = [...s3.objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
  assert.equal(whole.join(""), log.map((line) => `${line}\n`).join(""), "byte for byte");
});

test("S3 takes nothing by a wrong secret, and what is said holds none", async (t) => {
  const { ca, send } = bed(t);
  const s3 = await startS3({ AKIDTEST: "right" });
  t.after(() => s3.stop());
  writeFileSync(ca, s3.ca);
  const env = {
    AWS_REGION: "x",
    AWS_ACCESS_KEY_ID: "AKIDTEST",
    AWS_SECRET_ACCESS_KEY: "wrong-secret",
    AWS_ENDPOINT_URL_S3: s3.url,
  };
  await assert.rejects(send("s3://records/a", logOf(1), env), (error: Error) => {
    assert.match(error.message, /403 \(SignatureDoesNotMatch\)/);
    assert.doesNotMatch(error.message, /wrong-secret/);
    return true;
  });
  assert.equal(s3.objects.size, 0);
  await assert.rejects(send("s3://records/a", logOf(1), {}), /AWS_REGION is not set/);
});

/** Octet counting, RFC 6587 3.4.1. */
function messagesIn(stream: Buffer): readonly string[] {
  const messages: string[] = [];
  for (let at = 0; at < stream.length; ) {
    const space = stream.indexOf(32, at);
    const length = Number(stream.subarray(at, space).toString());
    messages.push(stream.subarray(space + 1, space + 1 + length).toString("utf8"));
    at = space + 1 + length;
  }
  return messages;
}

test("syslog gets RFC 5424 messages over TLS, each with the record's very line", async (t) => {
  const { ca, send } = bed(t);
  const made = certified();
  const chunks: Buffer[] = [];
  const server = createTlsServer(made.tls, (socket) => {
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("end", () => socket.end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  writeFileSync(ca, made.ca);
  const whole = logOf(4);
  const log = whole.with(3, withoutWords(whole, 3));
  const to = `syslog+tls://127.0.0.1:${portOf(server)}`;
  assert.equal(await send(to, log), `4 records sent to syslog at 127.0.0.1:${portOf(server)}.\n`);
  const messages = messagesIn(Buffer.concat(chunks));
  assert.equal(messages.length, 4);
  // Pruned before it was sent: what is left of it goes, without a time.
  const [, last] =
    /^<109>1 - [!-~]+ countersign - pruned \[countersign@32473 seq="3"\] \uFEFF(.*)$/s.exec(messages[3] ?? "") ?? [];
  assert.equal(last, log[3]);
  messages.slice(0, 3).forEach((message, seq) => {
    const pattern =
      /^<109>1 2026-01-01T00:00:00\.00\dZ [!-~]+ countersign - post\.altered \[countersign@32473 seq="(\d)" outcome="ok"\] \uFEFF(.*)$/s;
    const [, told, line] = pattern.exec(message) ?? [];
    assert.deepEqual([told, line], [String(seq), log[seq]]);
  });
});

test("a syslog server of another authority gets nothing", async (t) => {
  const { ca, state, send } = bed(t);
  const server = createTlsServer(certified().tls, () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  writeFileSync(ca, certified().ca);
  await assert.rejects(send(`syslog+tls://127.0.0.1:${portOf(server)}`, logOf(1)));
  assert.throws(() => readFileSync(state), /ENOENT/);
});

test("an OTLP collector gets log records; what it rejects is not taken for sent", async (t) => {
  const { ca, send } = bed(t);
  const made = certified();
  const came: { resourceLogs: { scopeLogs: { logRecords: { body: { stringValue: string } }[] }[] }[] }[] = [];
  let rejected = 0;
  const server = createServer(made.tls, async (request, response) => {
    came.push((await json(request)) as (typeof came)[number]);
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(rejected === 0 ? {} : { partialSuccess: { rejectedLogRecords: String(rejected) } }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  writeFileSync(ca, made.ca);
  const whole = logOf(2);
  const log = [withoutWords(whole, 0), ...whole.slice(1)];
  const to = `otlp+https://127.0.0.1:${portOf(server)}/v1/logs`;
  rejected = 1;
  await assert.rejects(send(to, log), /rejected 1 records/);
  rejected = 0;
  await send(to, log);
  const bodies = came
    .at(-1)
    ?.resourceLogs.flatMap(({ scopeLogs }) =>
      scopeLogs.flatMap(({ logRecords }) => logRecords.map(({ body }) => body.stringValue)),
    );
  assert.deepEqual(bodies, log);
});

test("a gap, another log, another destination and another form are refused before anything is sent", async (t) => {
  const { ca, state, send } = bed(t);
  writeFileSync(ca, certified().ca);
  const log = logOf(4);
  const to = "syslog+tcp://127.0.0.1:1";
  const env = { AWS_REGION: "x", AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" };
  await assert.rejects(send("s3://b/p", [...log.slice(0, 1), ...log.slice(2)], env), /record 1 of the log is missing/);
  writeFileSync(state, JSON.stringify({ to: "s3://b/p", last: 9 }));
  await assert.rejects(send("s3://b/p", log, env), /10 records were sent before, and the log holds 4/);
  await assert.rejects(send(to, log), /says how far s3:\/\/b\/p came, not syslog\+tcp/);
  rmSync(state);
  await assert.rejects(send("ftp://somewhere", log), /“ftp:\/\/somewhere” is none of s3:/);
});
