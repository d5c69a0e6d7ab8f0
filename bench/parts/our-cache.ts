// The bot's watch caches alone, filled from a server, for their memory.
import { randomBytes } from "node:crypto";
import { systemClock } from "../../src/clock.ts";
import { openClusters } from "../../src/integrations/kubernetes/clusters.ts";
import { configIn, silent } from "./desk.ts";
import { detailOf, servePart } from "./serve-part.ts";

export interface CacheDetail {
  readonly directory: string;
  readonly kubeconfig: string;
  readonly more?: Readonly<Record<string, string>>;
}

await servePart(async () => {
  const { directory, kubeconfig, more } = detailOf<CacheDetail>();
  const clusters = await openClusters({
    clusters: configIn(directory, kubeconfig, more).clusters,
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
        const totals = clusters.all().map(({ name }) => clusters.get(name)?.overview({ kind: "cluster" })?.pods.total);
        return totals.reduce((sum: number, total) => sum + (total ?? 0), 0);
      },
    },
    stop: () => clusters.close(),
  };
});
