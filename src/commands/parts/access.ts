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

const ofGrants = [
  ["", "serviceaccounts"],
  ["", "secrets"],
  ["rbac.authorization.k8s.io", "rolebindings"],
  ["rbac.authorization.k8s.io", "clusterrolebindings"],
] as const;

/** The objects of grants; that a binding may name the catalogue's roles is a right of its own (`bind`), printed with the catalogue. */
export const createGrants: readonly AccessRule[] = ofGrants.map(([group, resource]) => ({
  ...{ group, resource, verbs: ["create"] },
}));
export const patchGrants: readonly AccessRule[] = ofGrants.map(([group, resource]) => ({
  ...{ group, resource, verbs: ["patch"] },
}));
