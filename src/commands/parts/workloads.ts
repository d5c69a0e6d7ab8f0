// The kinds that the rollout verbs work on.

export const workloads = ["deployments.apps", "statefulsets.apps", "daemonsets.apps"] as const;
export const scalable = ["deployments.apps", "statefulsets.apps"] as const;
export const pausable = ["deployments.apps"] as const;
