// What has the shape of a secret, and its removal from any text that leaves the process or is kept.
import { RE2JS } from "re2js";
import { isJsonObject, type Json } from "./json.ts";

interface Shape {
  readonly kind: string;
  /** A text without any of these cannot match: saves the search for nearly all text. */
  readonly hints: readonly string[];
  readonly pattern: RE2JS;
  /** Groups of the match that are kept, before and after the replacement. */
  readonly keep: "nothing" | "first-group" | "around";
}

const shape = (kind: string, hints: readonly string[], pattern: string, keep: Shape["keep"] = "nothing"): Shape => ({
  kind,
  hints,
  pattern: RE2JS.compile(pattern),
  keep,
});

/** Sources: the vendors' own pages on token formats, and RFC 7468, 7515, 6750, 3986. */
const shapes: readonly Shape[] = [
  shape(
    "private key",
    ["PRIVATE KEY"],
    "-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----[\\s\\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|\\z)",
  ),
  shape("Slack token", ["xox", "xapp-", "xwfp-"], "\\b(?:xox[a-z]|xoxe\\.xox[a-z]|xapp|xwfp)-[A-Za-z0-9-]{8,}"),
  shape(
    "Slack webhook",
    ["hooks.slack.com"],
    "hooks\\.slack\\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]{10,}",
  ),
  shape("JWT", ["eyJ"], "\\beyJ[A-Za-z0-9_-]{6,}\\.[A-Za-z0-9_-]{6,}(?:\\.[A-Za-z0-9_-]*)*"),
  shape("AWS key", ["AKIA", "ASIA", "ABIA", "ACCA"], "\\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\\b"),
  shape(
    "AWS secret",
    ["aws", "AWS"],
    "((?i:aws_?secret_?(?:access_?)?key)[\"']?\\s{0,4}[:=]\\s{0,4}[\"']?)[A-Za-z0-9/+=]{40}",
    "first-group",
  ),
  shape(
    "GitHub token",
    ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"],
    "\\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})",
  ),
  shape("GitLab token", ["glpat-", "gldt-", "glrt-"], "\\bgl(?:pat|dt|rt)-[A-Za-z0-9_-]{16,}"),
  shape("npm token", ["npm_"], "\\bnpm_[A-Za-z0-9]{36}\\b"),
  shape("Google key", ["AIza"], "\\bAIza[A-Za-z0-9_-]{35}"),
  shape("Stripe key", ["k_live_", "k_test_"], "\\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}"),
  shape("bearer token", ["earer ", "EARER "], "((?i:bearer)\\s+)[A-Za-z0-9._~+/-]{12,}=*", "first-group"),
  shape(
    "basic credentials",
    ["asic "],
    "((?i:authorization)[\"']?\\s*[:=]\\s*[\"']?(?i:basic)\\s+)[A-Za-z0-9+/]{8,}=*",
    "first-group",
  ),
  shape(
    "credentials",
    ["://"],
    "([A-Za-z][A-Za-z0-9+.-]{1,30}://)[^\\s/@:<>\"']{0,200}:[^\\s/@<>\"']{1,400}(@)",
    "around",
  ),
  shape(
    "assigned secret",
    ["="],
    "((?i:password|passwd|pwd|secret|api_?key|access_?key|private_?key|auth_?token|access_?token)=[\"']?)[^\\s\"'&;,\\[][^\\s\"'&;,]{3,}",
    "first-group",
  ),
];

/** The text with each secret replaced by `[redacted: kind]`. Doing it twice changes nothing more. */
export function redact(text: string): string {
  let clean = text;
  for (const { kind, hints, pattern, keep } of shapes) {
    if (!hints.some((hint) => clean.includes(hint))) continue;
    const replacement = `[redacted: ${kind}]`;
    clean = pattern.matcher(clean).replaceAll((...groups: unknown[]) => {
      const first = typeof groups[1] === "string" ? groups[1] : "";
      if (keep === "nothing") return replacement;
      return keep === "first-group" ? `${first}${replacement}` : `${first}${replacement}@`;
    });
  }
  return clean;
}

/** A JSON value with every string in it redacted, keys included. */
export function redactJson<T extends Json>(value: T): T {
  return redactAny(value) as T;
}

function redactAny(value: Json): Json {
  if (typeof value === "string") return redact(value);
  if (Array.isArray(value)) return (value as readonly Json[]).map(redactAny);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [redact(key), redactAny(item)]));
}
