// The draft of a grant: its objects, how it is read back, and what its approvers should know.
import type { Credential, PlannedAccess, RoleConfig } from "../../core/access.ts";
import type { Asking } from "../../core/action.ts";
import { asClusterName, type RequestId } from "../../core/ids.ts";
import { durationText } from "../../core/params.ts";
import type { Person, PersonRef } from "../../core/person.ts";
import type { Goal } from "../../core/plan.ts";
import type { ClusterNames } from "../../core/ports/clusters.ts";
import type { RightsRule } from "../../core/rights.ts";
import type { DraftParts } from "./change.ts";
import { accountNames, type GrantKinds, grantChanges } from "./grant-objects.ts";
import { utc } from "./grant-time.ts";
import type { Gained } from "./rights.ts";

const readBackWithinMs = 60_000;

export interface GrantFacts {
  readonly kind: "cluster";
  readonly role: RoleConfig;
  readonly credential: Credential;
  readonly cluster: string;
  readonly namespace: string | null;
  readonly accountNamespace: string;
  readonly grantee: Person;
  readonly names: ClusterNames;
  readonly kinds: GrantKinds;
  readonly rules: readonly RightsRule[];
  readonly gained: Gained;
  readonly notBefore: number | null;
}

export interface For {
  readonly lengthMs: number;
  readonly asking: Asking;
  readonly beneficiary: PersonRef;
}

export function grantDraft(facts: GrantFacts, { lengthMs, asking, beneficiary }: For): DraftParts {
  const { role, credential, cluster, namespace, names, notBefore, gained } = facts;
  const id = plannedFor(asking);
  const subject = credential === "token" ? accountNames(id, facts.accountNamespace) : names;
  const changes = grantChanges({
    ...{ id, cluster: asClusterName(cluster), kinds: facts.kinds, role, credential, namespace, lengthMs },
    ...{ accountNamespace: facts.accountNamespace, subject: names, reason: asking.reason ?? null },
  });
  const where = namespace === null ? `all of ${cluster}` : `${namespace} on ${cluster}`;
  const probe = gained.accesses[0] === undefined ? null : { cluster, subject, access: gained.accesses[0] };
  const access: PlannedAccess = {
    ...{ kind: "grant", grant: id, role: role.name, beneficiary, credential, where, lengthMs, probe },
    rules: facts.rules,
    gains: gained.lines,
  };
  return {
    title: `Grant ${beneficiary.name} ${role.name} in ${where} for ${durationText(lengthMs)}${startText(notBefore)}`,
    changes,
    goals: goalsOf(changes, probe),
    undo: { kind: "none", because: `It ends by itself; revoke ${id} ends it earlier.` },
    notes: notesOf(facts),
    verifyWithinMs: readBackWithinMs,
    access,
    ...(notBefore === null ? {} : { notBefore }),
  };
}

export function plannedFor(asking: Asking): RequestId {
  if (asking.requestId === undefined) throw new Error("a grant is planned for a request, whose id its objects carry");
  return asking.requestId;
}

export const startText = (notBefore: number | null): string => (notBefore === null ? "" : ` from ${utc(notBefore)}`);

/** Every object stands as approved, and of one thing that was not allowed before the cluster says that it is now. */
function goalsOf(changes: ReturnType<typeof grantChanges>, probe: PlannedAccess["probe"]): readonly Goal[] {
  const present = changes.map((change): Goal => ({ kind: "present", object: change.object }));
  const binding = changes.at(-1)?.object;
  if (probe === null || binding === undefined) return present;
  const { subject, access } = probe;
  return [...present, { kind: "access", object: binding, subject, access: access }];
}

function notesOf({ role, credential, grantee, gained, names }: GrantFacts): readonly string[] {
  return [
    `${role.title}. The time runs from when it is active.`,
    credential === "token"
      ? `By a token that the cluster itself ends. It is handed to ${grantee.name} once, in the browser, as long as it lasts.`
      : `${grantee.name} uses their own credentials, as ${names.user}.`,
    ...(gained.isCompared
      ? []
      : ["The role has more rights than are compared with today's one by one: all are listed."]),
  ];
}
