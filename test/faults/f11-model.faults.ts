// F11: lives of requests by chance, in the code and in a reference model that was written without looking at it.
import { test } from "node:test";
import { livesAgree } from "../approvals/lives.ts";
import { givenSeed } from "./history/chance.ts";
import { atLeast, count, report } from "./history/report.ts";
import { sized } from "./history/size.ts";

const seed = givenSeed();

test("F11: lives of requests agree with the model at every step", (t) => {
  const runs = sized(8_000, 2_000);
  const steps = livesAgree({ runs, seed });
  report(t, {
    part: "F11",
    ...{ backend: "none", seed },
    figures: [atLeast("lives", 2_000, runs), atLeast("steps", 20_000, steps), count("disagreements", 0, 0)],
  });
});
