// Replicas of the bot on one database, each a process with a data directory of its own and the keys of the first.
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { benchConfig } from "./parts/bench-config.ts";
import type { ReplicaOptions } from "./parts/replica.ts";
import { type Part, type PartOptions, startPart } from "./parts/start-part.ts";

export interface ReplicasOptions extends Omit<ReplicaOptions, "configFile"> {
  readonly directory: string;
  readonly kubeconfig: string;
  readonly askers: readonly string[];
  readonly execArgv?: PartOptions["execArgv"];
}

/** The first makes the keys; those after it are handed them. */
export async function startReplicas(count: number, options: ReplicasOptions): Promise<readonly Part[]> {
  const replicas: Part[] = [];
  for (let index = 0; index < count; index += 1) replicas.push(await startReplica(index, options));
  return replicas;
}

function startReplica(index: number, options: ReplicasOptions): Promise<Part> {
  const { directory, kubeconfig, askers, execArgv, ...rest } = options;
  const own = join(directory, `replica-${index}`);
  mkdirSync(join(own, "data"), { recursive: true });
  if (index > 0) cpSync(join(directory, "replica-0", "data", "keys"), join(own, "data", "keys"), { recursive: true });
  const configFile = join(own, "countersign.yaml");
  // All that is asked for goes to one cluster here: by default only a few changes would be carried out at once.
  const config = `${benchConfig({ directory: own, kubeconfig, users: askers })}jobs: { executions: 50, executionsPerCluster: 50 }\n`;
  // The second place of the checkpoints is one for all.
  writeFileSync(configFile, config.replace(`${own}/checkpoints`, `${directory}/checkpoints`));
  return startPart("replica.ts", { detail: { ...rest, configFile }, ...(execArgv === undefined ? {} : { execArgv }) });
}
