// A process that stood still (SIGSTOP) between intent and send, and was overtaken, writes nothing late.
import { test } from "node:test";
import { standStill } from "../support/standing.ts";
import { shop } from "../support/story.ts";

test("R26, T8: stopped between intent and send, overtaken by somebody else, and continued, it writes nothing", (t) =>
  standStill(t, {
    meanwhile: ({ cluster }, name) => {
      const containers = [{ name, image: "registry.acme.example/shop/web:v3" }];
      cluster.objects.edit(shop(name), { spec: { template: { spec: { containers } } } });
    },
    ends: "not what was approved. Nothing was written",
    writes: 0,
  }));
