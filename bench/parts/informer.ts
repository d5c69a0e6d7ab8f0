// client-node's own informers over all pods of each cluster, for their memory.
import {
  CoreV1Api,
  type Informer,
  KubeConfig,
  makeInformer,
  type ObjectCache,
  type V1Pod,
} from "@kubernetes/client-node";
import type { CacheDetail } from "./our-cache.ts";
import { detailOf, servePart } from "./serve-part.ts";

await servePart(async () => {
  const { kubeconfig, more = {} } = detailOf<CacheDetail>();
  const informers = [kubeconfig, ...Object.values(more)].map(informerOf);
  return {
    facts: {},
    answers: {
      async fill() {
        await Promise.all(informers.map((informer) => informer.start()));
        return informers.reduce((sum, informer) => sum + informer.list().length, 0);
      },
    },
    stop: async () => void (await Promise.all(informers.map((informer) => informer.stop()))),
  };
});

function informerOf(kubeconfig: string): Informer<V1Pod> & ObjectCache<V1Pod> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  // Plain HTTP on this machine, which client-node lets pass only so.
  config.clusters = config.clusters.map((one) => ({ ...one, skipTLSVerify: true }));
  const api = config.makeApiClient(CoreV1Api);
  const informer = makeInformer(config, "/api/v1/pods", () => api.listPodForAllNamespaces());
  informer.on("error", () => undefined);
  return informer;
}
