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
