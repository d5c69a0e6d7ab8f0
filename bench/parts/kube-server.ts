// A server with the Kubernetes API that has every answer ready as bytes: whoever asks it waits for no server's work, so that
// what is compared with the cache is the least that asking can cost.
import { writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { addressOf } from "./address.ts";
import { type Collections, collectionsOf } from "./kube-answers.ts";
import { deployment, namespaceName, type Shape, workloadName } from "./pods.ts";
import { detailOf, servePart } from "./serve-part.ts";

export interface KubeServerOptions extends Shape {
  readonly kubeconfig: string;
}

await servePart(async () => {
  const options = detailOf<KubeServerOptions>();
  const collections = collectionsOf(options);
  const watchers = new Map<string, Set<ServerResponse>>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (url.searchParams.get("watch") === "true") return watch(watchers, url.pathname, response);
    answer(collections, { url, accept: request.headers.accept ?? "" }, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  writeFileSync(options.kubeconfig, kubeconfig(addressOf(server)));
  let version = 2_000;
  return {
    facts: { url: addressOf(server), podBytes: collections.podBytes },
    answers: {
      /** Changes a deployment's image and tells the watchers; answers when the event was handed to the system. */
      change(detail) {
        version += 1;
        const object = changed(String(detail), options.podsPerWorkload, version);
        const line = `${JSON.stringify({ type: "MODIFIED", object })}\n`;
        for (const watcher of watchers.get("/apis/apps/v1/deployments") ?? []) watcher.write(line);
        return watchers.get("/apis/apps/v1/deployments")?.size ?? 0;
      },
    },
  };
});

function changed(image: string, replicas: number, version: number): object {
  const object = structuredClone(deployment(namespaceName(0), workloadName(0), replicas)) as {
    metadata: Record<string, unknown>;
    spec: { template: { spec: { containers: { image: string }[] } } };
  };
  object.metadata.resourceVersion = String(version);
  for (const container of object.spec.template.spec.containers) container.image = image;
  return object;
}

function watch(watchers: Map<string, Set<ServerResponse>>, path: string, response: ServerResponse): void {
  const known = watchers.get(path) ?? new Set();
  watchers.set(path, known.add(response));
  response.writeHead(200, { "content-type": "application/json" });
  response.flushHeaders();
  response.once("close", () => known.delete(response));
}

function answer(
  collections: Collections,
  { url, accept }: { readonly url: URL; readonly accept: string },
  response: ServerResponse,
): void {
  const asTable = accept.includes("as=Table");
  const found = collections.find({
    path: url.pathname,
    asTable,
    selector: url.searchParams.get("labelSelector") ?? "",
    limit: Number(url.searchParams.get("limit") ?? "0"),
    from: Number(url.searchParams.get("continue") ?? "0"),
  });
  response.writeHead(found === null ? 404 : 200, { "content-type": found?.type ?? "application/json" });
  response.end(found?.body ?? '{"kind":"Status","apiVersion":"v1","status":"Failure","code":404}');
}

function kubeconfig(server: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "production", cluster: { server } }],
    users: [{ name: "bench", user: { token: "bench-token" } }],
    contexts: [{ name: "production", context: { cluster: "production", user: "bench" } }],
    "current-context": "production",
  });
}
