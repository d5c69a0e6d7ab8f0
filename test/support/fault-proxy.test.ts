// The fault proxy does to a connection what a bad network does, and nothing when it is told to do nothing.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createConnection, createServer, type Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { type FaultProxy, startFaultProxy } from "./fault-proxy.ts";

/** A server that sends back what it gets and ends when the other end has ended. */
async function echoBehind(t: TestContext): Promise<{ readonly proxy: FaultProxy; readonly got: () => string }> {
  let got = "";
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => {
      got += chunk.toString();
      socket.write(chunk);
    });
    socket.on("end", () => socket.end());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const proxy = await startFaultProxy({ port: (server.address() as AddressInfo).port });
  t.after(async () => {
    await proxy.stop();
    for (const socket of open) socket.destroy();
    server.close();
  });
  return { proxy, got: () => got };
}

async function connected(t: TestContext, proxy: FaultProxy): Promise<Socket> {
  const socket = createConnection({ port: proxy.port, host: "127.0.0.1", allowHalfOpen: true });
  t.after(() => socket.destroy());
  await once(socket, "connect");
  return socket;
}

const next = async (socket: Socket): Promise<string> => String((await once(socket, "data"))[0]);
const resetOf = async (socket: Socket): Promise<string> => {
  const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
  return error.code ?? "";
};

test("a clean line passes everything both ways, and its end", async (t) => {
  const { proxy } = await echoBehind(t);
  const socket = await connected(t, proxy);
  const big = Buffer.alloc(3_000_000, "x");
  const back = buffer(socket);
  socket.end(big);
  assert.equal((await back).equals(big), true);
});

test("delay: the bytes come later and in order, one way only", async (t) => {
  const { proxy, got } = await echoBehind(t);
  const socket = await connected(t, proxy);
  proxy.set("down", { kind: "delay", ms: 150 });
  const began = performance.now();
  socket.write("one");
  while (got() !== "one") await new Promise(setImmediate);
  const upMs = performance.now() - began;
  assert.equal(await next(socket), "one");
  assert.ok(performance.now() - began >= 149);
  assert.ok(upMs < performance.now() - began);
  socket.write("two");
  while (got() !== "onetwo") await new Promise(setImmediate);
  proxy.heal();
  socket.write("three");
  let said = "";
  while (said !== "twothree") said += await next(socket);
});

test("reset: a byte that way ends both connections at once; before it nothing happens", async (t) => {
  const { proxy, got } = await echoBehind(t);
  const socket = await connected(t, proxy);
  proxy.set("down", { kind: "reset" });
  assert.equal(proxy.open, 1);
  socket.write("hello");
  assert.equal(await resetOf(socket), "ECONNRESET");
  assert.equal(got(), "hello", "the server had it: only the answer was lost");
});

test("black hole: bytes are swallowed, the connection stays open and dead; another one is well when it is over", async (t) => {
  const { proxy, got } = await echoBehind(t);
  const socket = await connected(t, proxy);
  proxy.set("up", { kind: "black-hole" });
  socket.write("lost");
  const other = await connected(t, proxy);
  other.write("lost too");
  while (proxy.open < 2) await new Promise(setImmediate);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(proxy.dead, 2);
  proxy.heal();
  socket.write("later");
  const third = await connected(t, proxy);
  third.write("through");
  assert.equal(await next(third), "through");
  assert.equal(got(), "through");
  assert.equal(socket.destroyed || other.destroyed, false);
});

test("cut: so many bytes go through, then the receiver sees an end and the sender a reset", async (t) => {
  const { proxy, got } = await echoBehind(t);
  const socket = await connected(t, proxy);
  proxy.set("up", { kind: "cut", afterBytes: 4 });
  socket.write("123456789");
  assert.equal(await resetOf(socket), "ECONNRESET");
  while (got() !== "1234") await new Promise(setImmediate);
  proxy.set("up", { kind: "cut", afterBytes: 0 });
  const other = await connected(t, proxy);
  other.write("x");
  assert.equal(await resetOf(other), "ECONNRESET");
  assert.equal(got(), "1234");
});

test("half-close: the receiver is told the end, the other way goes on", async (t) => {
  const { proxy } = await echoBehind(t);
  const socket = await connected(t, proxy);
  socket.write("first");
  assert.equal(await next(socket), "first");
  proxy.set("down", { kind: "half-close" });
  socket.write("second");
  await once(socket, "end");
  assert.equal(socket.destroyed, false);
});

test("a server that is away: new connections are refused, those there are can be reset, and it comes back", async (t) => {
  const { proxy } = await echoBehind(t);
  const before = await connected(t, proxy);
  proxy.refuse(true);
  const refused = createConnection({ port: proxy.port, host: "127.0.0.1" });
  assert.equal(await resetOf(refused), "ECONNRESET");
  before.write("still");
  assert.equal(await next(before), "still");
  proxy.resetAll();
  assert.equal(await resetOf(before), "ECONNRESET");
  proxy.refuse(false);
  const after = await connected(t, proxy);
  after.write("again");
  assert.equal(await next(after), "again");
});

test("a connection that is cut off while its FIN is being sent lets the process come to its own end", async () => {
  const program = fileURLToPath(new URL("./fault-proxy-end.ts", import.meta.url));
  const child = spawn(process.execPath, [program], { stdio: "ignore", timeout: 30_000, killSignal: "SIGKILL" });
  assert.deepEqual(await once(child, "exit"), [0, null]);
});
