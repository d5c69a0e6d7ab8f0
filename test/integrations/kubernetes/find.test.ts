// What was made a moment ago is found although the caches do not know it, and only then is the server asked.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClusterName } from "../../../src/core/ids.ts";
import type { Json } from "../../../src/core/json.ts";
import { isRefusal, type Refusal, refuse } from "../../../src/core/refusal.ts";
import { type FindParts, find } from "../../../src/integrations/kubernetes/find.ts";
import { deploymentKind } from "../../support/scripted-adapter.ts";

const metadata = { namespace: "shop", name: "new", uid: "u-new" };
const made = { cluster: "dev", kind: deploymentKind, ...metadata };
const older = { ...made, name: "newer-than-all", uid: "u-older" };

/** Caches that know one Deployment, before a server that answers so. */
function scene(answer: Json | Refusal) {
  const asked: string[] = [];
  const parts = {
    name: "dev" as ClusterName,
    api: {
      cluster: "dev",
      get: async (path: string, query: Readonly<Record<string, string>>) => {
        asked.push(`${path} ${query.fieldSelector}`);
        return answer;
      },
    },
    cache: { isWarm: true, workloads: () => [{ object: older }], namespaces: () => ["shop"] },
    discovery: { kindOf: async () => deploymentKind },
    reviews: null,
    namespaces: async () => ["shop"],
  } as unknown as FindParts;
  const names = async (name: string) => {
    const found = await find(parts, { namespace: "shop", name }, ["deployments.apps"]);
    return isRefusal(found) ? found.code : found.map((object) => object.name);
  };
  return { asked, names };
}

test("an exact name that the caches lack is asked for, and stands before what they have of its prefix", async () => {
  const { asked, names } = scene({ items: [{ metadata }] });
  assert.deepEqual(await names("new"), ["new", "newer-than-all"]);
  assert.deepEqual(asked, ["/apis/apps/v1/namespaces/shop/deployments metadata.name=new"]);
});

test("what the caches have is not asked for, and neither is a place", async () => {
  const { asked, names } = scene({ items: [] });
  assert.deepEqual(await names("newer-than-all"), ["newer-than-all"]);
  assert.deepEqual(await names(""), ["newer-than-all"]);
  assert.deepEqual(asked, []);
});

test("while the server does not answer, the caches' word is all there is", async () => {
  const { names } = scene(refuse("cluster-unreachable", "Cluster dev does not answer.", "Try again."));
  assert.deepEqual(await names("new"), ["newer-than-all"]);
});
