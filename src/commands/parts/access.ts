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

const onGrants = (resources: readonly string[], group: string, verbs: readonly string[]): readonly AccessRule[] =>
  resources.map((resource) => ({ group, resource, verbs }));

/** A grant's own objects, which people who can otherwise only read see nothing of, are made, watched and read back. */
const makeGrants = (verbs: readonly string[]): readonly AccessRule[] => [
  ...onGrants(["rolebindings", "clusterrolebindings"], rbac, [...verbs, "get", "list", "watch"]),
  ...onGrants(["serviceaccounts", "secrets"], "", [...verbs, "get", "list", "watch"]),
  { granted: true, verbs: ["bind"] },
];

export const createGrants = makeGrants(["create"]);
export const patchGrants = makeGrants(["patch"]);
