// Health and readiness of the process for whoever supervises it: two paths that tell nothing about what the bot does.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Probe {
  readonly path: string;
  readonly answer: () => { readonly status: number; readonly text: string };
}

/**
 * `/healthz`: the process turns its loop. `/readyz`: it has started, is connected, and is not stopping. A log that cannot be
 * continued or a full disk does not make it unready: only a bot that is asked can tell people why it refuses.
 */
export function healthProbes(isReady: () => boolean): readonly Probe[] {
  return [
    { path: "/healthz", answer: () => ({ status: 200, text: "ok\n" }) },
    {
      path: "/readyz",
      answer: () => (isReady() ? { status: 200, text: "ready\n" } : { status: 503, text: "not ready\n" }),
    },
  ];
}

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/** For Socket Mode; in HTTP mode the probes are routes of the receiver. Throws when the port is taken. */
export async function serveHealth(of: {
  readonly host: string;
  readonly port: number;
  readonly probes: readonly Probe[];
}): Promise<HealthServer> {
  const server = createServer((request, response) => {
    request.resume();
    const probe = of.probes.find((one) => one.path === request.url && request.method === "GET");
    const { status, text } = probe?.answer() ?? { status: 404, text: "not found\n" };
    response.writeHead(status, { "content-type": "text/plain" });
    response.end(text);
  });
  server.headersTimeout = 5_000;
  server.requestTimeout = 5_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(of.port, of.host, () => resolve());
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
