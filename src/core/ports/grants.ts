// What verbs may ask about access for a time: the catalogue, the grants, and ending or shortening them.
import type { AccessConfig, EndedHow, Grant, TemporaryThing } from "../access.ts";
import type { RequestId } from "../ids.ts";
import type { Person } from "../person.ts";
import type { Refusal } from "../refusal.ts";
import type { Request } from "../request.ts";
import type { AccessTargets } from "./access-targets.ts";
import type { ClusterNames } from "./clusters.ts";
import type { GrantFilter } from "./store.ts";

export interface Grants {
  readonly catalogue: AccessConfig;
  /** Systems beside Kubernetes. */
  readonly targets: AccessTargets;
  get(id: RequestId): Promise<Grant | null>;
  list(filter: GrantFilter): Promise<readonly Grant[]>;
  /** What the person is called in the cluster; null while they have not signed in. */
  clusterNamesOf(person: Person, cluster: string): ClusterNames | null;
  /**
   * Ends it at once. The grant is `ended` only when it was read back as gone; else it is `ending`, goes on by itself, and its end is
   * told. Refuses with `not-yours`; with `grant-over` the second time.
   */
  end(id: RequestId, by: Person, said: EndSaid): Promise<Grant | Refusal>;
  /** The request asks for less: a new version, voted on anew. Never more, and never once it is approved (R25). */
  shorten(id: RequestId, by: Person, lengthMs: number): Promise<Request | Refusal>;
  /** Everything that ends or begins by itself, soonest first. */
  temporary(): Promise<readonly TemporaryThing[]>;
}

export interface EndSaid {
  readonly how: Extract<EndedHow, "revoked" | "done">;
  readonly reason: string | null;
}
