// A tiny HTTP server that plays an API server by script: for faults that no real one shows on demand.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClusterConfig } from "../../src/core/config.ts";
import { asClusterName } from "../../src/core/ids.ts";
import type { JsonObject } from "../../src/core/json.ts";

export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

/** Answers a call, or returns false to let the next script, and at last the defaults, answer. */
export type Script = (heard: Heard, response: ServerResponse) => boolean;

export interface ScriptedCluster {
  readonly config: ClusterConfig;
  readonly heard: readonly Heard[];
  /** Later scripts come first. */
  script(script: Script): void;
  close(): Promise<void>;
}

export async function startScriptedCluster(): Promise<ScriptedCluster> {
  const scripts: Script[] = [defaults];
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const url = new URL(request.url ?? "/", "http://x");
      const { method = "", headers, rawHeaders } = request;
      const one = { method, path: url.pathname, query: url.searchParams, headers, rawHeaders, body };
      heard.push(one);
      scripts.some((script) => script(one, response));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const directory = await mkdtemp(join(tmpdir(), "scripted-cluster-"));
  const file = join(directory, "kubeconfig");
  await writeFile(file, kubeconfig(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  return {
    config: {
      name: asClusterName("staging"),
      environment: "staging",
      access: { kind: "kubeconfig", file, context: "staging" },
      isDefault: true,
      unstablePaths: [],
    },
    heard,
    script: (script) => void scripts.unshift(script),
    async close() {
      if (!server.listening) return;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(directory, { recursive: true });
    },
  };
}

export function kubeconfig(server: string, user: JsonObject = { token: "bot-token" }): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "staging",
    clusters: [{ name: "c", cluster: { server } }],
    users: [{ name: "u", user }],
    contexts: [{ name: "staging", context: { cluster: "c", user: "u" } }],
  });
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: JsonObject,
  headers: Record<string, string> = {},
): true {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  return true;
}

export function status(code: number, reason: string, message: string, details: JsonObject = {}): JsonObject {
  return { kind: "Status", apiVersion: "v1", status: "Failure", code, reason, message, details };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

const resource = (name: string, kind: string, shortName: string): JsonObject => ({
  resource: name,
  responseKind: { group: "", version: "v1", kind },
  scope: kind === "Node" ? "Cluster" : "Namespaced",
  singularResource: kind.toLowerCase(),
  shortNames: [shortName],
  verbs: ["get", "list", "watch", "patch"],
});

const group = (name: string, resources: readonly JsonObject[]): JsonObject => ({
  kind: "APIGroupDiscoveryList",
  apiVersion: "apidiscovery.k8s.io/v2",
  items: [{ metadata: { name }, versions: [{ version: "v1", resources }] }],
});

/** Discovery of the workload kinds, and empty collections whose watches stay open and say nothing. */
function defaults(heard: Heard, response: ServerResponse): boolean {
  if (heard.path === "/api") {
    const kinds = [resource("pods", "Pod", "po"), resource("nodes", "Node", "no"), resource("secrets", "Secret", "")];
    return sendJson(response, 200, group("", kinds));
  }
  if (heard.path === "/apis") {
    const kinds = [
      resource("deployments", "Deployment", "deploy"),
      resource("statefulsets", "StatefulSet", "sts"),
      resource("daemonsets", "DaemonSet", "ds"),
    ];
    return sendJson(response, 200, group("apps", kinds));
  }
  if (heard.query.get("watch") === "true") {
    response.writeHead(200, { "content-type": "application/json" }).flushHeaders();
    return true;
  }
  return sendJson(response, 200, { kind: "List", metadata: { resourceVersion: "1" }, items: [] });
}
