// F1, in miniature: kill -9 at some of the named points; `node test/faults/run.ts` does all of them.
import { test } from "node:test";
import { kills, runKills } from "../support/kills.ts";

const here = /after the commit of (request.approved|write.intended)|the write|the card/;

test("F1, R26, B1: a bot killed at these points goes on truthfully, and nothing is done twice", (t) =>
  runKills(
    t,
    kills.filter(({ name }) => here.test(name)),
  ));
