// What the watch caches keep of 10,000 pods, against client-node's own informer: live bytes after collections, minus before.
import { join } from "node:path";
import type { Pace } from "./benchmark.ts";
import { atMost, type Figure } from "./figure.ts";
import { startPart } from "./parts/start-part.ts";
import { inDirectory } from "./temporary.ts";

const pods = 10_000;

export async function measure(_pace: Pace): Promise<readonly Figure[]> {
  return inDirectory(async (directory) => {
    const kubeconfig = join(directory, "kubeconfig");
    const server = await startPart("kube-server.ts", {
      detail: { namespaces: 20, workloads: 20, podsPerWorkload: 25, kubeconfig },
    });
    const ours = await filled("our-cache.ts", { directory, kubeconfig });
    const theirs = await filled("informer.ts", { directory, kubeconfig });
    await server.stop();
    const mb = (bytes: number): number => bytes / 1_000_000;
    return [
      { name: "cluster-memory.pod-size", value: Number(server.ready.podBytes), unit: "bytes" },
      { name: "cluster-memory.countersign", value: mb(ours), unit: "MB" },
      { name: "cluster-memory.informer", value: mb(theirs), unit: "MB" },
      { name: "cluster-memory.against-informer", value: ours / theirs, unit: "ratio", bound: atMost(1 / 6) },
    ];
  });
}

async function filled(file: string, detail: object): Promise<number> {
  const part = await startPart(file, { detail });
  const before = await part.heapBytes();
  const count = await part.ask("fill");
  if (count !== pods) throw new Error(`${file} holds ${String(count)} pods instead of ${pods}`);
  const after = await part.heapBytes();
  await part.stop();
  return after - before;
}
