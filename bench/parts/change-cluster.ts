// The sample cluster of the end-to-end measurement: the demo's, with a deployment for each lane.
import { startSampleCluster } from "../../demo/cluster/cluster.ts";
import { DEMO_BOT, DEMO_BROKEN_IMAGES, demoTokens, seedDemo } from "../../demo/cluster/seed/demo.ts";
import { deployment } from "../../demo/cluster/seed/workload.ts";
import { deploymentOf } from "./change-load.ts";
import { detailOf, servePart } from "./serve-part.ts";

export interface ChangeClusterOptions {
  readonly kubeconfig: string;
  readonly lanes: number;
}

const image = "registry.acme.example/shop/web:v1";

await servePart(async () => {
  const { kubeconfig, lanes } = detailOf<ChangeClusterOptions>();
  const cluster = await startSampleCluster({
    name: "production",
    seed: seedDemo,
    tokens: demoTokens((user) => `token-of-${user}`),
    brokenImages: DEMO_BROKEN_IMAGES,
    podReadyMs: 20,
  });
  for (let index = 0; index < lanes; index += 1)
    cluster.objects.put(deployment({ namespace: "shop", name: deploymentOf({ index }), image, replicas: 1 }));
  cluster.kubeconfig(DEMO_BOT, kubeconfig);
  return { facts: {}, stop: () => cluster.stop() };
});
