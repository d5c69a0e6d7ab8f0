// Configurations for the tests of the command line.

export interface ConfigParts {
  readonly dataDirectory: string;
  readonly checkpoints: string;
  /** YAML of the list, indented by two. */
  readonly clusters?: string;
  readonly groups?: string;
  readonly rules?: string;
  readonly channels?: { readonly approvals: string; readonly audit: string };
}

const everything = `  - name: everything
    allow: true`;

export function configText(parts: ConfigParts): string {
  const { dataDirectory, checkpoints, clusters, groups, rules, channels } = parts;
  return `dataDirectory: ${JSON.stringify(dataDirectory)}
clusters:
${clusters ?? "  - { name: sample, environment: test, kubeconfig: /nowhere/kubeconfig }"}
channels:
  approvals: "${channels?.approvals ?? "#platform-approvals"}"
  audit: "${channels?.audit ?? "#countersign-audit"}"
groups:
${groups ?? "  - { name: engineers, members: [U0ANA0001, U0BEN0001, U0CHLOE01] }"}
policy:
  rules:
${(rules ?? everything).replaceAll(/^ {2}/gm, "    ")}
audit:
  checkpoints: ${JSON.stringify(checkpoints)}
`;
}
