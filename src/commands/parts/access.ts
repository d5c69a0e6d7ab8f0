// What the calls of the rollout verbs take in a cluster.
import type { AccessRule } from "../../core/action.ts";

const patch = (resource: string, subresource?: string): AccessRule => ({
  group: "apps",
  resource,
  ...(subresource === undefined ? {} : { subresource }),
  verbs: ["patch"],
});

export const patchWorkloads: readonly AccessRule[] = [patch("deployments"), patch("statefulsets"), patch("daemonsets")];
export const patchDeployments: readonly AccessRule[] = [patch("deployments")];
/** The objects too: recovery bumps their versions, since a Scale has none of its own. */
export const patchScales: readonly AccessRule[] = [
  patch("deployments", "scale"),
  patch("statefulsets", "scale"),
  patch("deployments"),
  patch("statefulsets"),
];

const rbac = "rbac.authorization.k8s.io";

/**
 * A grant's own objects, which people who can otherwise only read see nothing of, are made and read back, and its token is made.
 * Accounts, Secrets and tokens stand in one namespace that holds nothing else.
 */
const makeGrants = (verbs: readonly string[]): readonly AccessRule[] => [
  { group: rbac, resource: "rolebindings", verbs: [...verbs, "get"] },
  { group: rbac, resource: "clusterrolebindings", verbs: [...verbs, "get"], in: "cluster" },
  { group: "", resource: "serviceaccounts", verbs: [...verbs, "get"], in: "accounts" },
  { group: "", resource: "secrets", verbs: [...verbs, "get"], in: "accounts" },
  { group: "", resource: "serviceaccounts", subresource: "token", verbs: ["create"], in: "accounts" },
  { granted: true, verbs: ["bind"] },
];

export const createGrants = makeGrants(["create"]);
export const patchGrants = makeGrants(["patch"]);
