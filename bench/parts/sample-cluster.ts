// The demo's cluster for a measurement, with the kubeconfig of the bot.
import { type SampleCluster, startSampleCluster } from "../../demo/cluster/cluster.ts";
import { DEMO_BOT, DEMO_BROKEN_IMAGES, demoTokens, seedDemo } from "../../demo/cluster/seed/demo.ts";

export async function sampleCluster(kubeconfig: string): Promise<SampleCluster> {
  const cluster = await startSampleCluster({
    name: "production",
    seed: seedDemo,
    tokens: demoTokens((user) => `token-of-${user}`),
    brokenImages: DEMO_BROKEN_IMAGES,
    podReadyMs: 20,
  });
  cluster.kubeconfig(DEMO_BOT, kubeconfig);
  return cluster;
}
