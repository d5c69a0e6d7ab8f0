// What the digest covers of risk facts: their kinds, and of fields taken over which and whose; and of a planned start, when.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { RiskFact } from "../../src/core/risk.ts";
import { planDigest } from "../../src/dispatch/plan-digest.ts";

const digestWith = (...risks: readonly RiskFact[]): string =>
  planDigest({ verb: "apply", schema: 1, changes: [], goals: [], risks, followUp: null }, "key", new Map());

const fact = (kind: RiskFact["kind"], says: string): RiskFact => ({ kind, level: "medium", says, object: "shop/web" });
const taken = (field: string, owner: string): RiskFact =>
  fact("takes-fields", `Takes ${field} of shop/web over from ${owner}.`);

test("another field taken over, or another owner, is another meaning", () => {
  const asked = digestWith(taken(".spec.replicas", "helm"));
  assert.notEqual(digestWith(taken(".spec.replicas", "argocd")), asked);
  assert.notEqual(digestWith(taken(".spec.paused", "helm")), asked);
  assert.notEqual(digestWith(taken(".spec.replicas", "helm"), taken(".spec.paused", "helm")), asked);
  assert.equal(digestWith(taken(".spec.replicas", "helm"), taken(".spec.replicas", "helm")), asked);
});

test("of other facts only the kind is meaning: their words tell of the world as it was looked at", () => {
  assert.equal(
    digestWith(fact("autoscaler-owns", "between 1 and 5")),
    digestWith(fact("autoscaler-owns", "between 2 and 5")),
  );
  assert.notEqual(digestWith(fact("autoscaler-owns", "x")), digestWith());
});

test("R25: a planned start is part of what is countersigned; plans without one keep their digests", () => {
  const plan = { verb: "apply", schema: 1, changes: [], goals: [], risks: [], followUp: null };
  const at = (notBefore: number) => planDigest({ ...plan, notBefore }, "key", new Map());
  assert.notEqual(at(1), digestWith());
  assert.notEqual(at(1), at(2));
  assert.equal(digestWith(), "sha256:886e6cd68fba6d6cf975cd7e63b3a95c6345aa449fb6c20f3947adfb4dd4441f");
});
