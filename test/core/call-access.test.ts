// Which rights a call takes, as an API server reads them from its method and path.
import assert from "node:assert/strict";
import { test } from "node:test";
import { accessesOf, accessWords } from "../../src/core/call-access.ts";
import type { Call } from "../../src/core/kube.ts";

const cases: readonly (readonly [Call["method"], string, Call["guard"], readonly string[]])[] = [
  ["PATCH", "/apis/apps/v1/namespaces/shop/deployments/web", "body-metadata", ["patch deployments.apps in shop web"]],
  [
    "PATCH",
    "/apis/apps/v1/namespaces/shop/deployments/web/scale",
    "body-metadata",
    ["patch deployments.apps/scale in shop web"],
  ],
  ["DELETE", "/api/v1/namespaces/shop/pods/p", "delete-preconditions", ["delete pods in shop p"]],
  ["POST", "/api/v1/namespaces/shop/configmaps", "create", ["create configmaps in shop"]],
  // An apply that finds nothing creates, and needs both.
  [
    "PATCH",
    "/api/v1/namespaces/shop/configmaps/c",
    "create",
    ["patch configmaps in shop c", "create configmaps in shop c"],
  ],
  [
    "PATCH",
    "/apis/rbac.authorization.k8s.io/v1/clusterroles/a%3Ab",
    "body-metadata",
    ["patch clusterroles.rbac.authorization.k8s.io in null a:b"],
  ],
  ["PATCH", "/api/v1/namespaces/shop", "body-metadata", ["patch namespaces in shop shop"]],
  ["PUT", "/api/v1/namespaces/shop/finalize", "body-metadata", ["update namespaces/finalize in shop shop"]],
  ["PATCH", "/api/v1/nodes/n1", "body-metadata", ["patch nodes in null n1"]],
];

for (const [method, path, guard, wanted] of cases) {
  test(`${method} ${path}${guard === "create" ? ", where there is nothing" : ""}`, () => {
    const words = accessesOf({ method, path, guard }).map(
      (access) => `${accessWords(access)} in ${access.namespace}${access.name === undefined ? "" : ` ${access.name}`}`,
    );
    assert.deepEqual(words, wanted);
  });
}
