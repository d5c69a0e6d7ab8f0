// R10, R30: whoever asked, gains or wrote it does not review a break-glass use either.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Review } from "../../src/core/break-glass.ts";
import { asGroupName, asHumanId } from "../../src/core/ids.ts";
import type { Tx } from "../../src/core/ports/store.ts";
import { openReview } from "../../src/dispatch/reviews.ts";
import { sampleRequest } from "../store/samples.ts";

test("the review of access that somebody was given without its approvals is not the holder's to write", async () => {
  const request = sampleRequest();
  const person = (name: string) => ({ human: asHumanId(`slack:T1/${name}`), userId: name, name });
  const glass = {
    ...{ by: person("U7"), at: 1, reason: "down", throughFreezes: false, voidedAt: null, skipped: "2 of leads" },
    ...{ version: request.version, digest: request.plan.digest },
  };
  const kept: Review[] = [];
  const tx = {
    reviews: { insert: async (review: Review) => void kept.push(review) },
    jobs: { put: async () => undefined },
  } as unknown as Tx;
  const review = { group: asGroupName("leads"), count: 2, withinMs: 1_000, escalateTo: null };
  const used = { ...request, brokenGlass: glass, beneficiary: person("U8"), authors: [person("U9")] };
  await openReview(tx, used, { review } as unknown as Parameters<typeof openReview>[2]);
  assert.deepEqual(kept[0]?.concerned, [request.requester.human, ...["U8", "U9"].map((one) => person(one).human)]);
});
