// What a role gives, right by right, and what of it somebody gains over what they may do today.

import type { Access, Cluster, ClusterNames } from "../../core/ports/clusters.ts";
import { isRefusal, type Refusal } from "../../core/refusal.ts";
import type { RightsRule } from "../../core/rights.ts";
import { accessesOf } from "../../core/rights.ts";

export interface Gained {
  readonly accesses: readonly Access[];
  /** A line per resource, for people: "get, list pods". */
  readonly lines: readonly string[];
  /** False where there are more rights than are asked about one by one: all are taken for gained then. */
  readonly isCompared: boolean;
}

/** A review each; more than this is a role that nobody reads right by right either. */
const mostReviews = 400;
const atOnce = 16;

/** Asks the cluster itself about each right of the role. */
export async function gainedBy(
  cluster: Cluster,
  subject: ClusterNames,
  role: { readonly rules: readonly RightsRule[]; readonly namespace: string | null },
): Promise<Gained | Refusal> {
  const all = accessesOf(role.rules, role.namespace);
  const urls = urlLines(role);
  if (all.length > mostReviews) return { accesses: all, lines: [...rightsLines(all), ...urls], isCompared: false };
  const gained: Access[] = [];
  for (let at = 0; at < all.length; at += atOnce) {
    const some = all.slice(at, at + atOnce);
    const answers = await Promise.all(some.map((access) => cluster.mayDo(subject, access)));
    for (const [index, answer] of answers.entries()) {
      if (isRefusal(answer)) return answer;
      const access = some[index];
      if (!answer.allowed && access !== undefined) gained.push(access);
    }
  }
  return { accesses: gained, lines: [...rightsLines(gained), ...urls], isCompared: true };
}

/** Verbs of one resource in one line, in the role's order. */
export function rightsLines(accesses: readonly Access[]): readonly string[] {
  const verbs = new Map<string, string[]>();
  for (const access of accesses) {
    const resource = resourceText(access);
    verbs.set(resource, [...(verbs.get(resource) ?? []), access.verb]);
  }
  return [...verbs].map(
    ([resource, all]) => `${all.map((verb) => (verb === "*" ? "every verb" : verb)).join(", ")} ${resource}`,
  );
}

function resourceText({ resource, subresource, group, name }: Access): string {
  const whole = subresource === undefined ? resource : `${resource}/${subresource}`;
  const grouped = group === "" ? whole : `${whole} (${group === "*" ? "every API group" : group})`;
  return name === undefined ? grouped : `${grouped} named ${name}`;
}

/** URLs count only where the whole cluster is bound; they are not compared. */
function urlLines({ rules, namespace }: { rules: readonly RightsRule[]; namespace: string | null }): readonly string[] {
  if (namespace !== null) return [];
  return rules.flatMap((rule) => rule.nonResourceURLs.map((url) => `${rule.verbs.join(", ")} ${url}`));
}
