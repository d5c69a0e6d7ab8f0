// The bot's watch caches alone, filled from a server, for their memory.
import { randomBytes } from "node:crypto";
import { systemClock } from "../../src/clock.ts";
import { openClusters } from "../../src/integrations/kubernetes/clusters.ts";
import { configIn, silent } from "./desk.ts";
import { detailOf, servePart } from "./serve-part.ts";

await servePart(async () => {
  const { directory, kubeconfig } = detailOf<{ directory: string; kubeconfig: string }>();
  const clusters = await openClusters({
    clusters: configIn(directory, kubeconfig).clusters,
    clock: systemClock,
    random: randomBytes,
    log: silent,
    version: "bench",
    secretTagKey: randomBytes(32),
  });
  return {
    facts: {},
    answers: {
      /** Answers with how many pods are kept. */
      async fill() {
        clusters.start();
        await clusters.whenWarm();
        return clusters.get("production")?.overview({ kind: "cluster" })?.pods.total ?? 0;
      },
    },
    stop: () => clusters.close(),
  };
});
