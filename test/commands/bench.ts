// Verbs on the sample cluster through the real grammar and the real adapter, without Slack: what is answered, what is planned.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type SampleCluster, startSampleCluster } from "../../demo/cluster/cluster.ts";
import type { JsonObject } from "../../demo/cluster/json.ts";
import { DEMO_BROKEN_IMAGES, demoTokens, seedDemo } from "../../demo/cluster/seed/demo.ts";
import { systemClock } from "../../src/clock.ts";
import { verbs } from "../../src/commands/index.ts";
import { asClusterName } from "../../src/core/ids.ts";
import type { Plan } from "../../src/core/plan.ts";
import type { Ports } from "../../src/core/ports/index.ts";
import { isRefusal, type Refusal } from "../../src/core/refusal.ts";
import { invoke, invokeAgain } from "../../src/dispatch/invoke.ts";
import { parse } from "../../src/dispatch/parse.ts";
import { only, prepare } from "../../src/dispatch/prepare.ts";
import { entryOf } from "../../src/dispatch/usage.ts";
import { openClusters } from "../../src/integrations/kubernetes/clusters.ts";
import { openManifests } from "../../src/integrations/yaml/manifests.ts";
import { noIdentity } from "../support/no-identity.ts";
import { asking, said, startMs } from "./make.ts";

export interface Bench {
  readonly sample: SampleCluster;
  /** The answer of a read as text, or `code: message hint`. */
  read(text: string, document?: string): Promise<string>;
  /** What a change would do. */
  plan(text: string, document?: string): Promise<Plan | Refusal>;
  /** The next stage of a plan, as it is asked for by itself. */
  next(plan: Plan): Promise<Plan | Refusal>;
  close(): Promise<void>;
}

/** `also` stands in the cluster from the start, besides the demo's own. */
export async function openBench(ports: Partial<Ports> = {}, also: readonly JsonObject[] = []): Promise<Bench> {
  const sample = await startSampleCluster({
    name: "production",
    seed: seedDemo,
    tokens: demoTokens((user) => `token-of-${user}`),
    brokenImages: DEMO_BROKEN_IMAGES,
    clock: { kind: "stepped", startMs },
  });
  for (const manifest of also) sample.objects.put(manifest);
  sample.advance(5 * 60_000);
  const directory = mkdtempSync(join(tmpdir(), "commands-"));
  const file = join(directory, "kubeconfig");
  sample.kubeconfig("admin", file);
  const config = {
    name: asClusterName("production"),
    environment: "production",
    access: { kind: "kubeconfig", file, context: null },
    isDefault: true,
    unstablePaths: [],
  } as const;
  const clusters = await openClusters({
    clusters: [config],
    clock: systemClock,
    random: randomBytes,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    version: "0.0.0",
    secretTagKey: Buffer.alloc(32, 3),
  });
  clusters.start();
  await clusters.whenWarm();
  const manifests = openManifests();
  const clock = { ...systemClock, now: () => startMs + 5 * 60_000 };
  const catalogue = { verbs: [...verbs.values()].map(entryOf) };
  const all = {
    clock,
    clusters,
    manifests,
    catalogue,
    identity: noIdentity,
    health: { parts: () => [] },
    ...ports,
  } as Ports;
  const deps = { config: { clusters: [config] } } as unknown as Parameters<typeof prepare>[0];
  const invoked = async (text: string, document?: string) => {
    const parsed = parse(text, verbs);
    if (isRefusal(parsed)) return parsed;
    const typed = document === undefined ? parsed.typed : { ...parsed.typed, manifest: document };
    return invoke(clusters, { ...parsed, typed }, { objects: [], cluster: null, namespace: null });
  };
  const planned = async (one: Awaited<ReturnType<typeof invoked>>): Promise<Plan | Refusal> => {
    if (isRefusal(one)) return one;
    const { action, args } = one;
    return prepare(deps, all, { action, args, asking, digestKey: "key" });
  };
  return {
    sample,
    async read(text, document) {
      const one = await invoked(text, document);
      if (isRefusal(one)) return said(one);
      const { action, args } = one;
      const facts = await action.observe?.(only(all, action.needs), args, asking);
      if (isRefusal(facts)) return said(facts);
      const answer = action.answer?.(facts, args, asking);
      return answer === undefined ? "" : said(answer);
    },
    plan: async (text, document) => planned(await invoked(text, document)),
    async next({ followUp }) {
      const action = verbs.get(followUp?.verb ?? "");
      if (followUp === null || action === undefined) throw new Error("nothing follows");
      return planned(await invokeAgain(clusters, action, followUp));
    },
    async close() {
      await clusters.close();
      await manifests.close();
      await sample.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
