// An HTTPS JSON API on loopback with a certificate of its own authority: what the stand-ins of outside systems are made of.
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { issue, newAuthority, validAround } from "../cluster/certificates.ts";

export interface ApiCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `cut-before`: the connection breaks before the call is done; `cut-after`: after it was done, before the answer. */
export type ApiTrouble = ApiAnswer | "cut-before" | "cut-after";

export interface TlsApi {
  readonly url: string;
  readonly ca: string;
  readonly calls: readonly ApiCall[];
  /** The next call that fits is answered so. */
  failNext(method: string, trouble: ApiTrouble): void;
  stop(): Promise<void>;
}

export async function startTlsApi(answer: (call: ApiCall) => ApiAnswer): Promise<TlsApi> {
  const validity = validAround(new Date());
  const authority = newAuthority("test", validity);
  const leaf = issue(authority, { commonName: "stand-in", use: "server", ips: ["127.0.0.1"] }, validity);
  const calls: ApiCall[] = [];
  const troubles: { readonly method: string; readonly trouble: ApiTrouble }[] = [];
  const server = createServer({ key: leaf.keyPem, cert: leaf.certificatePem }, (request, response) => {
    void serve(request, response);
  });
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await callOf(request);
    calls.push(call);
    const index = troubles.findIndex(({ method }) => method === call.method);
    const [found] = index < 0 ? [] : troubles.splice(index, 1);
    if (found?.trouble === "cut-before") return void request.socket.destroy();
    const { status, body, headers } = typeof found?.trouble === "object" ? found.trouble : answer(call);
    if (found?.trouble === "cut-after") return void request.socket.destroy();
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(body === undefined ? "" : JSON.stringify(body));
  }
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ca: authority.certificatePem,
    calls,
    failNext: (method, trouble) => void troubles.push({ method, trouble }),
    async stop() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function callOf(request: IncomingMessage): Promise<ApiCall> {
  const url = new URL(request.url ?? "/", "https://here");
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  const text = Buffer.concat(chunks).toString("utf8");
  return {
    method: request.method ?? "GET",
    path: decodeURIComponent(url.pathname),
    query: url.searchParams,
    headers: request.headers,
    body: text === "" ? undefined : (JSON.parse(text) as unknown),
  };
}
