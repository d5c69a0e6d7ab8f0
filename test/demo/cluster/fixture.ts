// A sample cluster on a stepped clock with three users, and requests to it, for the tests of this folder.
import { type SampleCluster, type SampleClusterOptions, startSampleCluster } from "../../../demo/cluster/cluster.ts";
import { asObject, at, type Json, type JsonObject } from "../../../demo/cluster/json.ts";

export const START_MS = Date.parse("2026-05-04T09:00:00Z");

export const MIME = {
  apply: "application/apply-patch+yaml",
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
} as const;

export interface Reply {
  readonly code: number;
  readonly body: JsonObject;
  readonly text: string;
  readonly headers: Headers;
}

export interface Asking {
  readonly as?: string;
  readonly body?: Json;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Fixture {
  readonly cluster: SampleCluster;
  ask(method: string, path: string, asking?: Asking): Promise<Reply>;
  patch(path: string, type: keyof typeof MIME, body: Json): Promise<Reply>;
}

export const TOKENS = {
  admin: { user: "admin", groups: ["system:masters"] },
  alice: { user: "alice" },
  bot: { user: "bot" },
} as const;

export async function startFixture(options: Partial<SampleClusterOptions> = {}): Promise<Fixture> {
  const cluster = await startSampleCluster({
    clock: { kind: "stepped", startMs: START_MS },
    podReadyMs: 1000,
    tokens: TOKENS,
    ...options,
  });
  cluster.objects.put({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
  cluster.advance(0);
  const ask = async (method: string, path: string, asking: Asking = {}): Promise<Reply> => {
    const response = await fetch(cluster.url + path, {
      method,
      headers: {
        authorization: `Bearer ${asking.as ?? "admin"}`,
        "user-agent": "test/1",
        ...(asking.body === undefined ? {} : { "content-type": asking.type ?? "application/json" }),
        ...asking.headers,
      },
      ...(asking.body === undefined
        ? {}
        : { body: typeof asking.body === "string" ? asking.body : JSON.stringify(asking.body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") === true;
    return {
      code: response.status,
      body: isJson ? asObject(JSON.parse(text) as Json) : {},
      text,
      headers: response.headers,
    };
  };
  return { cluster, ask, patch: (path, type, body) => ask("PATCH", path, { body, type: MIME[type] }) };
}

export const DEPLOYMENTS = "/apis/apps/v1/namespaces/shop/deployments";

export function deployment(name: string, image: string, spec: JsonObject = {}): JsonObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "shop" },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: "c", image }] } },
      ...spec,
    },
  };
}

export const imageOf = (body: JsonObject): Json | undefined =>
  at(body, "spec", "template", "spec", "containers", 0, "image");
export const message = (reply: Reply): Json | undefined => reply.body.message;
