// What a linked person is called in a cluster: as impersonation calls them, so that a binding names whoever makes the calls.
import type { Config } from "../core/config.ts";
import type { Person } from "../core/person.ts";
import type { ClusterNames } from "../core/ports/clusters.ts";
import { isRefusal } from "../core/refusal.ts";
import { whoIs } from "../integrations/kubernetes/impersonate.ts";

/** null for who has not signed in, and where the cluster's configuration names nobody. */
export function clusterNamesIn(config: Config): (person: Person, cluster: string) => ClusterNames | null {
  return (person, name) => {
    const mapping = config.clusters.find((cluster) => cluster.name === name)?.impersonation;
    if (person.link === undefined || mapping === undefined) return null;
    const who = whoIs(name, mapping, { kind: "person", person, role: null });
    return who === null || isRefusal(who) ? null : { user: who.user, groups: who.groups };
  };
}
