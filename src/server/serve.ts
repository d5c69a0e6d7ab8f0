// The listener of Socket Mode; in HTTP mode the same routes are answered beside Slack's own path.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Answering } from "./route.ts";

export interface WebServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Throws when the port is taken. */
export async function serveWeb(of: {
  readonly host: string;
  readonly port: number;
  readonly answer: Answering;
}): Promise<WebServer> {
  const server = createServer((request, response) => {
    if (of.answer(request, response)) return;
    request.resume();
    response.writeHead(404, { "content-type": "text/plain" });
    response.end("not found\n");
  });
  server.headersTimeout = 5_000;
  server.requestTimeout = 10_000;
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
