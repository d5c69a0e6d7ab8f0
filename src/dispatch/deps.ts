// What dispatch is made of: the ports it works through, handed in by main.
import type { ClusterConfig, Config } from "../core/config.ts";
import type { RandomBytes } from "../core/ids.ts";
import type { PlannedSetting } from "../core/plan.ts";
import type { Policy } from "../core/policy.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Clusters } from "../core/ports/clusters.ts";
import type { Log } from "../core/ports/log.ts";
import type { Manifests } from "../core/ports/manifests.ts";
import type { People } from "../core/ports/people.ts";
import type { PolicyFile } from "../core/ports/policy-file.ts";
import type { AuditView } from "../core/ports/requests.ts";
import type { Store } from "../core/ports/store.ts";
import type { Refusal } from "../core/refusal.ts";
import type { Verbs } from "./parse.ts";

export interface Deps {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  readonly clusters: Clusters;
  readonly manifests: Manifests;
  readonly people: People;
  readonly config: Config;
  /** The policy in force now; the file may already hold another one that nobody has countersigned. */
  readonly policy: () => Policy;
  readonly policyFile: PolicyFile;
  readonly verbs: Verbs;
  readonly audit: AuditView;
  /** Channel ids, resolved from the config's names at start. */
  readonly channels: { readonly approvals: string; readonly audit: string };
  /** Names this process; another start has another name. */
  readonly runner: string;
  /** Why nothing may be changed now (the log cannot be continued), or null. */
  readonly sealedBecause: () => Refusal | null;
  /** A setting was changed by a request: whoever keeps a copy of it reads it again before this resolves. */
  readonly settingChanged: (setting: PlannedSetting) => Promise<void>;
  /** A job or outbox row was written: whoever runs them should look. */
  readonly nudge: () => void;
}

export function clusterConfig(deps: Pick<Deps, "config">, name: string): ClusterConfig | undefined {
  return deps.config.clusters.find((cluster) => cluster.name === name);
}
