// Ten clusters of 5,000 pods: what the caches keep of them and how soon they are warm, against informers and kubectl.
import { join } from "node:path";
import type { Pace } from "./benchmark.ts";
import { atMost, type Figure } from "./figure.ts";
import { findKubectl, timeKubectl } from "./kubectl.ts";
import type { CacheDetail } from "./parts/our-cache.ts";
import { type Part, startPart } from "./parts/start-part.ts";
import { inDirectory } from "./temporary.ts";

const shape = { namespaces: 20, workloads: 10, podsPerWorkload: 25 };
const podsPerCluster = shape.namespaces * shape.workloads * shape.podsPerWorkload;

export async function measure({ quick }: Pace): Promise<readonly Figure[]> {
  const count = quick ? 3 : 10;
  return inDirectory(async (directory) => {
    const files = Array.from({ length: count }, (_, index) => join(directory, `kubeconfig-${index}`));
    const servers: Part[] = [];
    try {
      for (const [index, kubeconfig] of files.entries())
        servers.push(await startPart("kube-server.ts", { detail: { ...shape, seed: `cluster-${index}`, kubeconfig } }));
      return await against(directory, files);
    } finally {
      for (const server of servers) await server.stop();
    }
  });
}

async function against(directory: string, files: readonly string[]): Promise<readonly Figure[]> {
  const [kubeconfig = "", ...rest] = files;
  const more = Object.fromEntries(rest.map((file, index) => [`production-${index + 1}`, file]));
  const detail: CacheDetail = { directory, kubeconfig, more };
  const pods = files.length * podsPerCluster;
  // The servers make their answers at the first asking: that is nobody's time.
  await filled("our-cache.ts", detail, pods);
  await filled("informer.ts", detail, pods);
  const ours = await filled("our-cache.ts", detail, pods);
  const theirs = await filled("informer.ts", detail, pods);
  const perTenThousand = (bytes: number): number => bytes / 1_000_000 / (pods / 10_000);
  const kubectl = await asked(directory, files);
  return [
    { name: "ten-clusters.pods", value: pods, unit: "pods" },
    { name: "ten-clusters.memory.countersign", value: perTenThousand(ours.bytes), unit: "MB/10000 pods" },
    { name: "ten-clusters.memory.informer", value: perTenThousand(theirs.bytes), unit: "MB/10000 pods" },
    { name: "ten-clusters.memory.against-informer", value: ours.bytes / theirs.bytes, unit: "ratio", ...sixth },
    { name: "ten-clusters.warm.countersign", value: ours.warmMs, unit: "ms" },
    { name: "ten-clusters.warm.informer", value: theirs.warmMs, unit: "ms" },
    { name: "ten-clusters.warm.against-informer", value: ours.warmMs / theirs.warmMs, unit: "ratio" },
    ...(kubectl === null
      ? []
      : [
          { name: "ten-clusters.warm.kubectl", value: kubectl, unit: "ms" },
          { name: "ten-clusters.warm.against-kubectl", value: ours.warmMs / kubectl, unit: "ratio" },
        ]),
  ];
}

/** What is kept is not a matter of the machine: CI decides by it. */
const sixth = { bound: atMost(1 / 6), decides: true } as const;

interface Filled {
  readonly bytes: number;
  readonly warmMs: number;
}

async function filled(file: string, detail: CacheDetail, pods: number): Promise<Filled> {
  const part = await startPart(file, { detail });
  // Code that is no longer used is dropped only after several collections, and would count as memory won.
  for (let time = 0; time < 5; time += 1) await part.heapBytes();
  const before = await part.heapBytes();
  const startedAt = performance.now();
  const count = await part.ask("fill");
  const warmMs = performance.now() - startedAt;
  if (count !== pods) throw new Error(`${file} holds ${String(count)} pods instead of ${pods}`);
  const bytes = (await part.heapBytes()) - before;
  await part.stop();
  return { bytes, warmMs };
}

/** `kubectl get pods -A` of each, all at the same time, its discovery kept; null where there is none. */
async function asked(directory: string, files: readonly string[]): Promise<number | null> {
  const kubectl = findKubectl();
  if (kubectl === null) return null;
  const all = () =>
    Promise.all(
      files.map((kubeconfig, index) =>
        timeKubectl(kubectl, { kubeconfig, cache: join(directory, `cache-${index}`), args: ["get", "pods", "-A"] }),
      ),
    );
  await all();
  const startedAt = performance.now();
  await all();
  return performance.now() - startedAt;
}
