// A process that stood still for longer than its lease: the write of the old claim is never sent, the new claim's once.
import { test } from "node:test";
import { standStill } from "../support/standing.ts";

const longerThanALease = 11_000;

test("F1: stopped for longer than its lease, the old claim sends nothing and the new one writes once", (t) =>
  standStill(t, {
    meanwhile: () => new Promise<void>((resolve) => setTimeout(resolve, longerThanALease)),
    ends: "is done and verified",
    writes: 1,
  }));
