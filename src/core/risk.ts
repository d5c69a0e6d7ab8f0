// Risk facts: what is dangerous about a plan, by stable kinds that policies and digests name.

export const riskKinds = {
  // Pod Security Standards
  "pod-privileged": "A pod that only the privileged Pod Security level admits.",
  "pod-baseline": "A pod that the baseline level admits and the restricted level does not.",
  "host-path": "A volume from the node's own file system.",
  "host-namespace": "A pod in the node's network, process or IPC namespace.",
  "service-account-power": "A pod under a service account other than default, or with its token mounted explicitly.",
  // Escalation
  "rbac-change": "Roles or bindings change.",
  "rbac-escalation":
    "A role lets its holder escalate: escalate, bind, impersonate, wildcards, secrets, token or node proxy.",
  "open-streams": "A role holds exec, attach, port-forward or proxy, whose open streams outlive the grant.",
  "membership-change": "Somebody becomes or is no longer a member of something in another system.",
  "admission-webhook": "An admission webhook or admission policy changes.",
  "api-extension": "A CustomResourceDefinition or APIService changes.",
  "certificate-approval": "A CertificateSigningRequest is approved or a signer changes.",
  "namespace-security": "A namespace's Pod Security labels change.",
  "persistent-volume": "A PersistentVolume with a path on a node.",
  "secret-change": "The contents of a Secret change.",
  // Data and availability
  deletion: "Something is deleted.",
  "data-loss": "Deleting it deletes data (volumes, claims, namespaces, custom resource definitions).",
  "scale-to-zero": "Nothing is left running.",
  "scale-down": "Fewer replicas run than now.",
  "all-pods-restart": "Every pod of the workload is replaced.",
  "network-exposure": "A Service or Ingress opens to the outside, or a NetworkPolicy changes.",
  "mutable-tag": "An image is named by a tag that may point elsewhere tomorrow.",
  "large-change": "More than ten objects change.",
  // Who else has a word
  "autoscaler-owns": "A HorizontalPodAutoscaler sets the replicas and will override.",
  "gitops-owns": "A GitOps controller owns the object and will revert the change.",
  "helm-owns": "Helm owns the object; the next upgrade undoes the change.",
  "kubectl-owns": "The object carries kubectl's last-applied annotation; the next kubectl apply undoes the change.",
  "pdb-blocks": "A PodDisruptionBudget allows no disruption now.",
  "takes-fields": "Fields are taken over from other field managers.",
  "incomplete-dry-run": "A part could not be dry-run.",
  "stops-execution": "All execution by the bot stops.",
  "resumes-execution": "Execution by the bot resumes.",
  "stops-changes": "Changes of a place are frozen.",
  "resumes-changes": "Changes of a place are no longer frozen.",
  "policy-change": "The policy itself changes: who may do what, and whose approval it takes.",
} as const;

export type RiskKind = keyof typeof riskKinds;

export interface RiskFact {
  readonly kind: RiskKind;
  /** high facts stand first on the card and are never what is cut. */
  readonly level: "high" | "medium" | "low";
  /** A sentence with the values in it; plain text. */
  readonly says: string;
  /** Full name of the object that it is about, or "". */
  readonly object: string;
}
