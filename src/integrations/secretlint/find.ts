// Credentials in a text: which kinds, on which lines; never their values.

export interface Finding {
  /** e.g. `github`, `privatekey`, `json-web-token` */
  readonly kind: string;
  /** From 1. */
  readonly line: number;
}

/** Comments in a text must not turn the search off. */
const filterComments = "@secretlint/secretlint-rule-filter-comments";
const rulePrefix = "@secretlint/secretlint-rule-";

/** Kinds that the preset lacks; each pattern is linear and starts with a fixed text. */
const more: readonly { readonly kind: string; readonly pattern: RegExp }[] = [
  { kind: "json-web-token", pattern: /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/ },
  { kind: "privatekey", pattern: /-----BEGIN (?:[A-Z]{2,10} ){0,2}PRIVATE KEY(?: BLOCK)?-----/ },
  { kind: "aws-access-key-id", pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/ },
  { kind: "slack-app-token", pattern: /\bxapp-\d-[A-Z0-9]{8,}-\d{8,}-[a-f0-9]{32,}/ },
  { kind: "bearer-token", pattern: /\bauthorization:\s{0,8}(?:bearer|basic)\s{1,8}[\w+/=.~-]{16,}/i },
  { kind: "kubeconfig-key", pattern: /\bclient-key-data:\s{0,8}[A-Za-z0-9+/=]{40,}/ },
  { kind: "kubeconfig-token", pattern: /^\s{0,40}token:\s{1,8}["']?[\w.-]{24,}/ },
];

/** Each finding once, in the order of the lines. The same text gives the same findings. */
export async function findCredentials(text: string): Promise<readonly Finding[]> {
  // Loaded with the first manifest: most starts of the bot never need them.
  const { lintSource } = await import("@secretlint/core");
  const { rules } = await import("@secretlint/secretlint-rule-preset-recommend");
  const { messages } = await lintSource({
    source: { filePath: "text", content: text, contentType: "text", ext: "" },
    options: {
      maskSecrets: true,
      noPhysicFilePath: true,
      config: {
        rules: rules
          .filter((rule) => rule.meta.id !== filterComments)
          .map((rule) => ({ id: rule.meta.id, rule, options: {}, disabled: false })),
      },
    },
  });
  const found = messages.map(({ ruleId, loc }) => ({ kind: ruleId.replace(rulePrefix, ""), line: loc.start.line }));
  return distinct([...found, ...ours(text)]);
}

function ours(text: string): readonly Finding[] {
  return text
    .split("\n")
    .flatMap((line, index) =>
      more.filter(({ pattern }) => pattern.test(line)).map(({ kind }) => ({ kind, line: index + 1 })),
    );
}

function distinct(findings: readonly Finding[]): readonly Finding[] {
  const byKey = new Map(findings.map((finding) => [`${finding.line} ${finding.kind}`, finding]));
  return [...byKey.values()].sort((a, b) => a.line - b.line || (a.kind < b.kind ? -1 : 1));
}
