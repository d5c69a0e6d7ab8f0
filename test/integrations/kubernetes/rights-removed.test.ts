// A right that was taken away shows in answers from the caches within 30 s; until something is known, nothing is answered.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isRefusal } from "../../../src/core/refusal.ts";
import { openScriptedAdapter, personNamed } from "../../support/scripted-adapter.ts";
import { sendJson } from "../../support/scripted-cluster.ts";

test("T21: rights removed show within 30 s, and never is anything answered unfiltered", async () => {
  const at = await openScriptedAdapter();
  try {
    let allowed = true;
    at.server.script(
      ({ path }, response) =>
        path.endsWith("/subjectaccessreviews") && sendJson(response, 201, { status: { allowed, reason: "" } }),
    );
    at.clusters.start();
    await at.clusters.whenWarm();
    const scope = { kind: "cluster" } as const;
    const hers = at.clusters.as({ kind: "person", person: personNamed("ana"), role: null }).get("staging");
    assert.ok(hers !== null);
    assert.equal(hers.overview(scope), null, "not before the cluster was asked");
    const first = await hers.lookOver(scope);
    assert.ok(first !== null && !isRefusal(first) && !first.isPartial);
    assert.deepEqual(hers.overview(scope), at.cluster.overview(scope), "then at once, as much as the bot keeps");
    allowed = false;
    at.clock.advance(29_999);
    assert.notEqual(hers.overview(scope), null);
    at.clock.advance(1);
    assert.equal(hers.overview(scope), null);
    const later = await hers.lookOver(scope);
    assert.ok(later !== null && isRefusal(later) && later.code === "cluster-forbids");
    assert.equal(hers.overview(scope), null);
    const { link: _, ...stranger } = personNamed("ana");
    const nobody = at.clusters.as({ kind: "person", person: stranger, role: null }).get("staging");
    const refused = await nobody?.lookOver(scope);
    assert.ok(refused !== null && isRefusal(refused) && refused.code === "not-linked");
    assert.equal(nobody?.overview(scope), null);
  } finally {
    await at.close();
  }
});
