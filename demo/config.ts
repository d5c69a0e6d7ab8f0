// The demo's configuration, written as a file that a newcomer can read and change.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addressesIn, freeAddresses, movedTo, type SignInAddresses } from "./sign-in/addresses.ts";
import { accessSection, identitySection, impersonationLines, surePeopleRule } from "./sign-in/section.ts";

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
  /** Null where nobody can sign in. */
  readonly signIn: SignInAddresses | null;
}

/**
 * Written once, then left as people change it; one for another cluster is put aside first. Where the ports of its sign-in are
 * taken, it moves to others. One of before there was a sign-in stays as it is, without.
 */
export async function keepConfig(
  directory: string,
  cluster: DemoCluster,
  wanted: SignInAddresses | null,
): Promise<KeptConfig> {
  const file = join(directory, "countersign.yaml");
  const before = existsSync(file) ? readFileSync(file, "utf8") : null;
  if (before?.includes(JSON.stringify(cluster.kubeconfig)) === true) {
    const held = addressesIn(before);
    const signIn = held === null ? null : await freeAddresses(held);
    const after = held === null || signIn === null ? before : movedTo(before, held, signIn);
    if (after !== before) writeFileSync(file, after, { mode: 0o600 });
    return { file, replaced: null, signIn };
  }
  const replaced = before === null ? null : join(directory, "countersign.before.yaml");
  if (replaced !== null) renameSync(file, replaced);
  const signIn = wanted === null ? null : await freeAddresses(wanted);
  writeFileSync(file, demoConfig(directory, [cluster], signIn), { mode: 0o600 });
  return { file, replaced, signIn };
}

/** Without a sign-in everybody is known by the Slack account, and every call is the bot's own. */
export function demoConfig(
  directory: string,
  clusters: readonly DemoCluster[],
  signIn: SignInAddresses | null = null,
): string {
  const known = signIn === null ? "" : ", assurance: directory";
  const idp = (groups: string): string => (signIn === null ? "" : `\n    idpGroups: ${groups}`);
  const listed = clusters.map((cluster, index) => clusterLines(cluster, { isFirst: index === 0, signIn })).join("");
  return `# The demo's configuration. Change it, then type /ops policy; countersign.example.yaml shows everything.
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
    slackUserGroup: "@payments-leads" # Ben and Chloe${idp("payments-leads")}
  - name: platform
    slackUserGroup: "@platform" # Finn and Ana${idp("platform")}
  - name: security
    slackUserGroup: "@security" # Eve${idp("security")}
policy:
  rules:
    - name: reads
      when: { actions: read, groups: engineers${known} }
      allow: true
    - name: own-requests
      when: { actions: own, groups: engineers${known} }
      allow: true
    - name: two-people # every change is countersigned by two, of whom the asker is never one
      when: { actions: change, groups: engineers${known} }
      approvals:
        count: 2
        from: [payments-leads, platform]
${signIn === null ? "" : surePeopleRule}    - name: dangerous-pods
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
      when: { verbs: halt, groups: engineers${known} }
      allow: true
      replaces: two-people
${signIn === null ? "" : accessSection}audit:
  checkpoints: ${JSON.stringify(`${directory}/checkpoints`)}
${signIn === null ? "" : identitySection(signIn)}http:
  port: ${signIn?.botPort ?? "0"}
operations:
  port: 0 # health checks and metrics, on any free port
`;
}

function clusterLines(
  cluster: DemoCluster,
  { isFirst, signIn }: { readonly isFirst: boolean; readonly signIn: SignInAddresses | null },
): string {
  return [
    `  - name: ${cluster.name}\n    environment: ${cluster.environment}\n    kubeconfig: ${JSON.stringify(cluster.kubeconfig)}\n`,
    cluster.context === null ? "" : `    context: ${JSON.stringify(cluster.context)}\n`,
    isFirst ? "    default: true\n" : "",
    signIn === null ? "" : impersonationLines,
  ].join("");
}
