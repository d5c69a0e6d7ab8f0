// Dispatch over a real store without Slack: what votes and executions are measured on.

import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { checkPolicy } from "../../src/approvals/check.ts";
import { sealRecord } from "../../src/audit/chain.ts";
import { systemClock } from "../../src/clock.ts";
import { verbs } from "../../src/commands/index.ts";
import { isConfigErrors, loadConfig } from "../../src/config/load.ts";
import { renderConfigErrors } from "../../src/config/problem.ts";
import type { Config } from "../../src/core/config.ts";
import { humanOf, type Person, refOf } from "../../src/core/person.ts";
import type { Clusters } from "../../src/core/ports/clusters.ts";
import type { Log } from "../../src/core/ports/log.ts";
import type { People } from "../../src/core/ports/people.ts";
import type { Store } from "../../src/core/ports/store.ts";
import type { Deps } from "../../src/dispatch/deps.ts";
import { freezesInStore } from "../../src/dispatch/freezes.ts";
import { openManifests } from "../../src/integrations/yaml/manifests.ts";
import { makeOnCall } from "../../src/on-call/schedules.ts";
import { openStore } from "../../src/store/open.ts";
import { noIdentity } from "../../test/support/no-identity.ts";
import { benchConfig } from "./bench-config.ts";

export interface Desk {
  readonly deps: Deps;
  readonly store: Store;
  close(): Promise<void>;
}

export const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

export const askerIds = Array.from({ length: 50 }, (_, index) => `U0BENCH${String(index).padStart(2, "0")}`);

export function accountOf(userId: string) {
  return { enterpriseId: null, teamId: "T0LOCAL01", userId };
}

/** Everybody is in every group that the configuration names by member; Slack's own groups have nobody. */
function person(userId: string, config: Config): Person {
  const account = accountOf(userId);
  const groups = config.policy.groups.filter((group) => group.members.includes(userId)).map((group) => group.name);
  return {
    human: humanOf(account, null),
    account,
    subject: null,
    assurance: "directory",
    name: userId,
    zone: "UTC",
    groups,
  };
}

export const storeOptions = () => ({ clock: systemClock, random: randomBytes, log: silent, seal: sealRecord });

export function openBenchStore(directory: string): Promise<Store> {
  return openStore({ directory, ...storeOptions() });
}

export function configIn(directory: string, kubeconfig: string, more: Readonly<Record<string, string>> = {}): Config {
  const text = benchConfig({ directory, kubeconfig, more, users: askerIds });
  const config = loadConfig(text, "bench", { verbs: [...verbs.keys()], check: checkPolicy });
  if (isConfigErrors(config)) throw new Error(renderConfigErrors(config));
  return config;
}

const noClusters: Clusters = { all: () => [], get: () => null, as: () => noClusters };

export async function openDesk(
  directory: string,
  given: { readonly kubeconfig?: string; readonly clusters?: Clusters; readonly store?: Store } = {},
): Promise<Desk> {
  const config = configIn(directory, given.kubeconfig ?? join(directory, "kubeconfig"));
  const store = given.store ?? (await openBenchStore(join(directory, "data")));
  const manifests = openManifests();
  const people: People = {
    person: async (userId) => person(userId, config),
    members: async (name) => {
      const group = config.policy.groups.find((one) => one.name === name);
      return (group?.members ?? []).map((userId) => refOf(person(userId, config)));
    },
    channel: async () => ({ name: "payments", isDirect: false }),
  };
  const deps: Deps = {
    store,
    clock: systemClock,
    random: randomBytes,
    log: silent,
    clusters: given.clusters ?? noClusters,
    manifests,
    people,
    identity: noIdentity,
    health: { parts: () => [] },
    onCall: makeOnCall([], { clock: systemClock, log: silent }),
    config,
    inForce: () => config,
    policy: () => config.policy,
    channelId: async (name) => name,
    freezesNow: freezesInStore(store, systemClock),
    policyFile: {
      inForce: () => ({ digest: config.policy.digest, source: config.policySource, rules: 1, since: null }),
      offered: async () => ({ digest: config.policy.digest, source: config.policySource, rules: 1 }),
    },
    settingChanged: async () => undefined,
    verbs,
    channels: { approvals: "C0APPROVE", audit: "C0AUDIT01" },
    linkTo: () => null,
    runner: "bench",
    nudge: () => undefined,
    audit: {
      list: (filter) => store.audit.list(filter),
      verify: async () => ({ ok: true, says: "not part of this measurement", records: 0 }),
    },
    clusterNamesOf: () => null,
    accessTargets: { get: () => null },
    sealedBecause: () => null,
    recordSealedBecause: () => null,
  };
  return {
    deps,
    store,
    async close() {
      await manifests.close();
      await store.close();
    },
  };
}
