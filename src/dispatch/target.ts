// From `[cluster:][namespace/][kind/]name` to its parts.
import type { Refusal } from "../core/refusal.ts";
import { refuse } from "../core/refusal.ts";

export interface TargetParts {
  readonly cluster: string | null;
  readonly namespace: string | null;
  readonly kind: string | null;
  readonly name: string | null;
}

/** RFC 1123 subdomain, and what RBAC and CRD names add to it. */
const namePattern = /^[A-Za-z0-9]([-A-Za-z0-9_.:]{0,251}[A-Za-z0-9])?$/;

/**
 * Takes a target apart. `isKind` says whether a word is a kind (kubectl's names included): with two parts, `deploy/x` is a
 * kind and a name, `shop/x` a namespace and a name. `production:` is a cluster alone.
 */
export function readTarget(text: string, isKind: (word: string) => boolean): TargetParts | Refusal {
  // A colon after a slash belongs to a name, as in clusterrole/system:node.
  const colon = /^[^/]*:/.test(text) ? text.indexOf(":") : -1;
  const cluster = colon === -1 ? null : text.slice(0, colon);
  const parts = (colon === -1 ? text : text.slice(colon + 1)).split("/");
  if (parts.at(-1) === "") parts.pop();
  for (const part of [...(cluster === null ? [] : [cluster]), ...parts]) {
    if (!namePattern.test(part)) return badName(text, part);
  }
  const [first = null, second = null, third = null] = parts;
  switch (parts.length) {
    case 0:
      return { cluster, namespace: null, kind: null, name: null };
    case 1:
      return text.endsWith("/")
        ? { cluster, namespace: first, kind: null, name: null }
        : { cluster, namespace: null, kind: null, name: first };
    case 2:
      return first !== null && isKind(first)
        ? { cluster, namespace: null, kind: first, name: second }
        : { cluster, namespace: first, kind: null, name: second };
    case 3:
      return { cluster, namespace: first, kind: second, name: third };
    default:
      return refuse(
        "bad-argument",
        `“${text}” has too many parts for a target.`,
        "Write it as cluster:namespace/kind/name; leave away what is clear.",
      );
  }
}

function badName(text: string, part: string): Refusal {
  return refuse(
    "bad-argument",
    `“${visible(text)}” is no target: “${visible(part)}” is not a name that Kubernetes allows.`,
    "Write it as cluster:namespace/kind/name, for example production:shop/checkout.",
  );
}

/** What cannot be seen, as an escape. */
function visible(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/gu, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}
