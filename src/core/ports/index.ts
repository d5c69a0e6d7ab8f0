// The ports that actions may need, by name.
import type { BreakGlasses } from "./break-glass.ts";
import type { Clock } from "./clock.ts";
import type { Clusters } from "./clusters.ts";
import type { Delegations } from "./delegations.ts";
import type { Freezes } from "./freezes.ts";
import type { Grants } from "./grants.ts";
import type { Health } from "./health.ts";
import type { Identity } from "./identity.ts";
import type { Manifests } from "./manifests.ts";
import type { OnCall } from "./on-call.ts";
import type { People } from "./people.ts";
import type { PolicyFile } from "./policy-file.ts";
import type { AuditView, Catalogue, PolicyView, Requests } from "./requests.ts";

export interface Ports {
  readonly clock: Clock;
  readonly clusters: Clusters;
  readonly manifests: Manifests;
  readonly people: People;
  readonly onCall: OnCall;
  readonly delegations: Delegations;
  readonly requests: Requests;
  readonly freezes: Freezes;
  readonly breakGlass: BreakGlasses;
  readonly policy: PolicyView;
  readonly policyFile: PolicyFile;
  readonly audit: AuditView;
  readonly catalogue: Catalogue;
  readonly grants: Grants;
  readonly identity: Identity;
  readonly health: Health;
}
