// Which object a call's path is about, and which bodies carry the request's annotation.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Call } from "../../../src/core/kube.ts";
import { guardedBody, isSubresource, objectPath } from "../../../src/integrations/kubernetes/guard.ts";

const table: readonly (readonly [string, string])[] = [
  ["/api/v1/namespaces/shop", "/api/v1/namespaces/shop"],
  ["/api/v1/namespaces/shop/finalize", "/api/v1/namespaces/shop"],
  ["/api/v1/namespaces/shop/pods/p", "/api/v1/namespaces/shop/pods/p"],
  ["/api/v1/namespaces/shop/pods/p/eviction", "/api/v1/namespaces/shop/pods/p"],
  ["/api/v1/nodes/n/status", "/api/v1/nodes/n"],
  ["/apis/apps/v1/namespaces/shop/deployments", "/apis/apps/v1/namespaces/shop/deployments"],
  ["/apis/apps/v1/namespaces/shop/deployments/c/scale", "/apis/apps/v1/namespaces/shop/deployments/c"],
  ["/apis/example.io/v1/clusters/c", "/apis/example.io/v1/clusters/c"],
];

for (const [path, object] of table) {
  test(`${path} is about ${object}`, () => {
    assert.equal(objectPath(path), object);
    assert.equal(isSubresource(path), path !== object);
  });
}

test("a creation is annotated, a creation under another object is not", () => {
  const call: Call = {
    method: "POST",
    path: "/api/v1/namespaces/shop/configmaps",
    query: {},
    contentType: "application/json",
    body: { metadata: { name: "c", annotations: { a: "1" } } },
    guard: "create",
  };
  const versions = { fresh: null, requestId: "r-4k7m2qx" };
  assert.equal(
    guardedBody(call, versions),
    '{"metadata":{"annotations":{"a":"1","countersign.dev/request":"r-4k7m2qx"},"name":"c"}}',
  );
  const eviction = { ...call, path: "/api/v1/namespaces/shop/pods/p/eviction", body: { metadata: { name: "p" } } };
  assert.equal(guardedBody(eviction, versions), '{"metadata":{"name":"p"}}');
});

test("a JSON patch that is no list, and a merge that is no object, are faults", () => {
  const call = { method: "PATCH", path: "/api/v1/nodes/n", query: {}, contentType: "", body: {} } as const;
  const versions = { fresh: { metadata: { uid: "u", resourceVersion: "1" } }, requestId: "r-4k7m2qx" };
  assert.throws(() => guardedBody({ ...call, guard: "json-patch-test" }, versions), /list of operations/);
  assert.throws(() => guardedBody({ ...call, body: [], guard: "body-metadata" }, versions), /is an object/);
});
