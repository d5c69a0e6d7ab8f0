// The sample cluster of the end-to-end measurement: the demo's, with a deployment for each lane.
import { deployment } from "../../demo/cluster/seed/workload.ts";
import { deploymentOf } from "./change-load.ts";
import { sampleCluster } from "./sample-cluster.ts";
import { detailOf, servePart } from "./serve-part.ts";

export interface ChangeClusterOptions {
  readonly kubeconfig: string;
  readonly lanes: number;
}

const image = "registry.acme.example/shop/web:v1";

await servePart(async () => {
  const { kubeconfig, lanes } = detailOf<ChangeClusterOptions>();
  const cluster = await sampleCluster(kubeconfig);
  for (let index = 0; index < lanes; index += 1)
    cluster.objects.put(deployment({ namespace: "shop", name: deploymentOf({ index }), image, replicas: 1 }));
  return { facts: {}, stop: () => cluster.stop() };
});
