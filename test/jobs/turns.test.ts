// Whose turn it is, as a table.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { StandingJob } from "../../src/core/ports/store.ts";
import { turnsAmong } from "../../src/jobs/turns.ts";
import { aJob } from "../contracts/jobs.ts";

const now = 1_000;
const at = (id: string, since: number, targets: readonly string[], over: Partial<StandingJob> = {}): StandingJob => ({
  ...aJob(id, since, { kind: "execute", targets }),
  ...{ since, failures: 0, claim: null },
  ...over,
});
const underWay = { claim: { by: "x", until: now + 1 } };
const shop = "dev:shop/deployment/checkout";

const cases: readonly {
  readonly says: string;
  readonly jobs: readonly StandingJob[];
  readonly go: readonly string[];
  readonly perCluster?: number;
}[] = [
  {
    says: "different targets go together",
    jobs: [at("a", 1, [shop]), at("b", 2, ["dev:shop/deployment/cart"])],
    go: ["a", "b"],
  },
  { says: "of one target the first in line goes", jobs: [at("b", 2, [shop]), at("a", 1, [shop])], go: ["a"] },
  {
    says: "what is under way holds the target, whoever was first in line",
    jobs: [at("a", 1, [shop]), at("b", 2, [shop], underWay)],
    go: [],
  },
  {
    says: "a claim that is over holds nothing, and its job keeps its place",
    jobs: [at("a", 1, [shop], { claim: { by: "x", until: now } }), at("b", 2, [shop])],
    go: ["a"],
  },
  { says: "a whole holds what is in it", jobs: [at("a", 1, ["dev:shop"]), at("b", 2, [shop])], go: ["a"] },
  { says: "what is in it holds the whole", jobs: [at("a", 1, [shop]), at("b", 2, ["dev:shop"])], go: ["a"] },
  {
    says: "names that only begin alike do not touch",
    jobs: [at("a", 1, ["dev:shop"]), at("b", 2, ["dev:shopping/deployment/x"])],
    go: ["a", "b"],
  },
  {
    says: "what waits holds its other targets too, so that nobody overtakes it for ever",
    jobs: [at("a", 1, ["dev:one"], underWay), at("b", 2, ["dev:one", "dev:two"]), at("c", 3, ["dev:two"])],
    go: [],
  },
  {
    says: "what was postponed holds up nobody",
    jobs: [at("a", 1, [shop], { dueAt: now + 1 }), at("b", 2, [shop])],
    go: ["b"],
  },
  { says: "what is not due does not go", jobs: [at("a", now + 1, [shop])], go: [] },
  { says: "a job without targets waits for nobody", jobs: [at("a", 1, [shop], underWay), at("b", 2, [])], go: ["b"] },
  {
    says: "settings and memberships are of no cluster",
    jobs: [
      at("a", 1, ["dev:x"], underWay),
      at("b", 2, ["setting/freezes/x"]),
      at("c", 3, ["membership of dev: r on y for z"]),
    ],
    go: ["b", "c"],
    perCluster: 1,
  },
  {
    says: "a full cluster takes nobody more, another one does",
    jobs: [at("a", 1, ["dev:x"], underWay), at("b", 2, ["dev:y"]), at("c", 3, ["prod:y"]), at("d", 4, ["prod:z"])],
    go: ["c"],
    perCluster: 1,
  },
  {
    says: "a plan on two clusters needs room on both",
    jobs: [at("a", 1, ["dev:x"], underWay), at("b", 2, ["dev:y", "prod:y"])],
    go: [],
    perCluster: 1,
  },
];

for (const { says, jobs, go, perCluster = 9 } of cases)
  test(`turns: ${says}`, () => {
    const turns = turnsAmong(jobs, { now, perCluster });
    assert.deepEqual(
      turns.go.map(({ id }) => id),
      go,
    );
    const waiting = jobs.filter((job) => job.dueAt <= now && (job.claim === null || job.claim.until <= now));
    assert.equal(turns.go.length + turns.blocked.length, waiting.length, "whoever does not go is told why");
  });
