// The exact objects of a grant: what is bound to whom, and how it is known when it ends.
import {
  type Credential,
  expiresAfterAnnotation,
  grantedToAnnotation,
  grantLabel,
  grantReasonAnnotation,
  type RoleConfig,
} from "../../core/access.ts";
import type { RequestId } from "../../core/ids.ts";
import type { JsonObject } from "../../core/json.ts";
import { apiVersionOf, collectionPath, fieldManager, type Kind, type ObjectRef } from "../../core/kube.ts";
import type { ObjectChange } from "../../core/plan.ts";
import type { Cluster, ClusterNames } from "../../core/ports/clusters.ts";
import { isRefusal, type Refusal } from "../../core/refusal.ts";

const rbac = "rbac.authorization.k8s.io";

export interface GrantKinds {
  readonly serviceAccount: Kind;
  readonly secret: Kind;
  readonly roleBinding: Kind;
  readonly clusterRoleBinding: Kind;
}

export async function grantKinds(cluster: Cluster): Promise<GrantKinds | Refusal> {
  const serviceAccount = await cluster.kindOf("serviceaccounts");
  if (isRefusal(serviceAccount)) return serviceAccount;
  const secret = await cluster.kindOf("secrets");
  if (isRefusal(secret)) return secret;
  const roleBinding = await cluster.kindOf(`rolebindings.${rbac}`);
  if (isRefusal(roleBinding)) return roleBinding;
  const clusterRoleBinding = await cluster.kindOf(`clusterrolebindings.${rbac}`);
  if (isRefusal(clusterRoleBinding)) return clusterRoleBinding;
  return { serviceAccount, secret, roleBinding, clusterRoleBinding };
}

export interface Granting {
  readonly id: RequestId;
  readonly cluster: ObjectRef["cluster"];
  readonly kinds: GrantKinds;
  readonly role: RoleConfig;
  readonly credential: Credential;
  /** null: the whole cluster. */
  readonly namespace: string | null;
  /** Where a token's service account stands. */
  readonly accountNamespace: string;
  readonly subject: ClusterNames;
  readonly lengthMs: number;
  readonly reason: string | null;
}

export const grantName = (id: RequestId): string => `countersign-grant-${id}`;

/** How the API server's authorizer sees a service account. Source: k8s.io/apiserver/pkg/authentication/serviceaccount. */
export function accountNames(id: RequestId, namespace: string): ClusterNames {
  return {
    user: `system:serviceaccount:${namespace}:${grantName(id)}`,
    groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`],
  };
}

/** In the order of creation; the binding is the last, so that nothing is given before all of it stands. */
export function grantChanges(granting: Granting): readonly ObjectChange[] {
  const binding = bindingOf(granting);
  if (granting.credential === "binding") return [binding];
  const { kinds, accountNamespace } = granting;
  return [
    creation(granting, kinds.serviceAccount, accountNamespace, { automountServiceAccountToken: false }),
    creation(granting, kinds.secret, accountNamespace, { type: grantLabel }),
    binding,
  ];
}

function bindingOf(granting: Granting): ObjectChange {
  const { kinds, namespace, role } = granting;
  return creation(granting, namespace === null ? kinds.clusterRoleBinding : kinds.roleBinding, namespace, {
    roleRef: { apiGroup: rbac, kind: role.bound.kind, name: role.bound.name },
    subjects: [subjectOf(granting)],
  });
}

function subjectOf({ credential, id, accountNamespace, subject }: Granting): JsonObject {
  return credential === "token"
    ? { kind: "ServiceAccount", name: grantName(id), namespace: accountNamespace }
    : { apiGroup: rbac, kind: "User", name: subject.user };
}

/** By POST: an object of that name which is already there is never taken over. */
function creation(granting: Granting, kind: Kind, namespace: string | null, content: JsonObject): ObjectChange {
  const { id, cluster, lengthMs, subject, reason } = granting;
  const name = grantName(id);
  const metadata = {
    name,
    ...(namespace === null ? {} : { namespace }),
    labels: { [grantLabel]: id },
    annotations: {
      [expiresAfterAnnotation]: expiresAfter(lengthMs),
      [grantedToAnnotation]: subject.user,
      ...(reason === null ? {} : { [grantReasonAnnotation]: reason }),
    },
  };
  return {
    kind: "object",
    object: { cluster, kind, namespace, name, uid: "" },
    operation: "create",
    call: {
      method: "POST",
      path: collectionPath(kind, namespace),
      query: { fieldManager, fieldValidation: "Strict" },
      contentType: "application/json",
      body: { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata, ...content },
      guard: "create",
    },
    before: null,
  };
}

/** `7200s`: whole seconds, rounded down, so that rounding never lengthens. */
export function expiresAfter(lengthMs: number): string {
  return `${Math.floor(lengthMs / 1_000)}s`;
}
