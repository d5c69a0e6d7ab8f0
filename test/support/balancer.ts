// A balancer as small as can be: each request to the next backend that said it is ready, and to no other.
import { request as ask, createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Backend {
  readonly port: number;
  readonly operationsPort: number;
}

export interface Balancer {
  readonly port: number;
  /** Asked about its readiness from now on. */
  add(backend: Backend): void;
  remove(backend: Backend): void;
  /** Resolves when so many are ready. */
  ready(count: number): Promise<void>;
  close(): Promise<void>;
}

const lookMs = 100;
/** As the chart asks. */
const ready = "/readyz?exclude=store&exclude=jobs&exclude=messages&exclude=record&exclude=cluster";

export async function startBalancer(): Promise<Balancer> {
  const backends = new Map<Backend, boolean>();
  let turn = 0;
  const next = (): Backend | undefined => {
    const able = [...backends].filter(([, isReady]) => isReady).map(([backend]) => backend);
    turn += 1;
    return able[turn % Math.max(1, able.length)];
  };
  const server = createServer((request, response) => pass(next(), request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const looking = setInterval(() => {
    for (const backend of backends.keys())
      fetch(`http://127.0.0.1:${backend.operationsPort}${ready}`)
        .then(
          ({ status }) => status === 200,
          () => false,
        )
        .then((isReady) => backends.has(backend) && backends.set(backend, isReady));
  }, lookMs);
  return {
    port: (server.address() as AddressInfo).port,
    add: (backend) => void backends.set(backend, false),
    remove: (backend) => void backends.delete(backend),
    async ready(count) {
      while ([...backends.values()].filter((isReady) => isReady).length < count)
        await new Promise((resolve) => setTimeout(resolve, lookMs));
    },
    async close() {
      clearInterval(looking);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function pass(backend: Backend | undefined, request: IncomingMessage, response: ServerResponse): void {
  const fail = (): void => {
    if (!response.headersSent) response.writeHead(502);
    response.end();
  };
  if (backend === undefined) {
    fail();
    return;
  }
  const { method, headers, url: path } = request;
  const passed = ask({ host: "127.0.0.1", port: backend.port, method, headers, path }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  passed.on("error", fail);
  request.pipe(passed);
}
