// The demo's configuration, written as a file that a newcomer can read and change.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface DemoCluster {
  readonly name: string;
  readonly environment: string;
  readonly kubeconfig: string;
  /** The kubeconfig's current one when null. */
  readonly context: string | null;
}

export interface KeptConfig {
  readonly file: string;
  /** Where the file went that was for another cluster. */
  readonly replaced: string | null;
}

/** Written once, then left as people change it; one for another cluster is put aside first. */
export function keepConfig(directory: string, cluster: DemoCluster): KeptConfig {
  const file = join(directory, "countersign.yaml");
  const isThere = existsSync(file);
  if (isThere && readFileSync(file, "utf8").includes(JSON.stringify(cluster.kubeconfig)))
    return { file, replaced: null };
  const replaced = isThere ? join(directory, "countersign.before.yaml") : null;
  if (replaced !== null) renameSync(file, replaced);
  writeFileSync(file, demoConfig(directory, [cluster]), { mode: 0o600 });
  return { file, replaced };
}

export function demoConfig(directory: string, clusters: readonly DemoCluster[]): string {
  const listed = clusters
    .map(
      (cluster, index) =>
        `  - name: ${cluster.name}\n    environment: ${cluster.environment}\n    kubeconfig: ${JSON.stringify(cluster.kubeconfig)}\n${cluster.context === null ? "" : `    context: ${JSON.stringify(cluster.context)}\n`}${index === 0 ? "    default: true\n" : ""}`,
    )
    .join("");
  return `# The demo's configuration. Change it and start the demo again; countersign.example.yaml shows everything.
command: /ops
dataDirectory: ${JSON.stringify(`${directory}/data`)}
clusters:
${listed}channels:
  approvals: "#platform-approvals"
  audit: "#countersign-audit"
groups:
  - name: engineers # all six
    members: [U0ANA0001, U0BEN0001, U0CHLOE01, U0DEV0001, U0EVE0001, U0FINN001]
  - name: payments-leads
    slackUserGroup: "@payments-leads" # Ben and Chloe
  - name: platform
    slackUserGroup: "@platform" # Finn and Ana
  - name: security
    slackUserGroup: "@security" # Eve
policy:
  rules:
    - name: reads
      when: { actions: read, groups: engineers }
      allow: true
    - name: own-requests
      when: { actions: own, groups: engineers }
      allow: true
    - name: two-people # every change is countersigned by two, of whom the asker is never one
      when: { actions: change, groups: engineers }
      approvals:
        count: 2
        from: [payments-leads, platform]
    - name: dangerous-pods
      when:
        actions: change
        risks: [pod-privileged, host-path, host-namespace, rbac-escalation]
      approvals:
        count: 1
        from: security
        veto: security
        reasonToApprove: required
    - name: no-namespace-deletes
      when: { verbs: delete, kinds: namespace }
      deny: Namespaces are not deleted from chat.
    - name: halt-at-once # anybody may stop everything; starting again takes a second person
      when: { verbs: halt, groups: engineers }
      allow: true
      replaces: two-people
audit:
  checkpoints: ${JSON.stringify(`${directory}/checkpoints`)}
http:
  port: 0 # health checks, on any free port
`;
}
