// A TCP proxy before the database that cuts, swallows and hangs at chosen words: for faults of the network.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { TestContext } from "node:test";

export type Proxy = {
  /** The database's address by way of the proxy. */
  readonly url: string;
  /**
   * The next time that a client says `word`: cut before the server hears it, or right after, so that no answer comes back; and
   * then nobody else is let in either, where it says so.
   */
  cutAt(word: string, when: "before" | "after", then?: "refuse"): void;
  /** Nothing passes in either direction, and nobody is told; or it passes again. */
  hang(on: boolean): void;
  /** Ends every connection now. */
  cut(): void;
};

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

export async function startProxy(t: Pick<TestContext, "after">, url: string): Promise<Proxy> {
  const target = new URL(url);
  const pairs = new Set<Pair>();
  let armed: { readonly word: string; readonly when: "before" | "after"; readonly then?: "refuse" } | null = null;
  let refusing = false;
  let hanging = false;
  const listener = createServer((client) => {
    if (refusing) return void client.destroy();
    const server = connect(Number(target.port), target.hostname);
    const pair = { client, server };
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) socket.on("error", end).on("close", end);
    client.on("data", (bytes: Buffer) => {
      const cut = armed !== null && bytes.includes(armed.word) ? armed.when : null;
      if (cut !== null) {
        refusing = armed?.then === "refuse";
        armed = null;
      }
      if (cut === "before") return end();
      server.write(bytes);
      if (cut === "after") {
        // The server hears it and works on it; what it says goes nowhere. Half-closed, so that it can finish.
        server.removeAllListeners("data");
        server.on("data", () => undefined);
        client.destroy();
        pairs.delete(pair);
        setTimeout(() => server.destroy(), 1_000).unref();
      }
    });
    server.on("data", (bytes) => client.write(bytes));
    if (hanging) for (const socket of [client, server]) socket.pause();
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const cut = (): void => {
    for (const { client, server } of pairs) {
      client.destroy();
      server.destroy();
    }
  };
  t.after(() => {
    cut();
    listener.close();
  });
  const own = new URL(url);
  own.hostname = "127.0.0.1";
  own.port = String((listener.address() as AddressInfo).port);
  return {
    url: own.href,
    cut,
    cutAt: (word, when, then) => {
      armed = { word, when, ...(then === undefined ? {} : { then }) };
    },
    hang: (on) => {
      hanging = on;
      for (const { client, server } of pairs)
        for (const socket of [client, server]) on ? socket.pause() : socket.resume();
    },
  };
}
