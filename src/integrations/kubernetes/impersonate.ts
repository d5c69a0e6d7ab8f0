// Under whose name a call is made: the bot's own account, or a person through impersonation headers.
import type { Person } from "../../core/person.ts";
import type { Caller } from "../../core/ports/clusters.ts";
import { type Refusal, refuse } from "../../core/refusal.ts";

/** What a person is called in a cluster. */
export interface Impersonation {
  readonly user: string;
  readonly groups: readonly string[];
}

/** null while the person is not linked: then the bot's own rights count. */
export type ImpersonationOf = (person: Person) => Impersonation | null;

export type Headers = Readonly<Record<string, string | readonly string[]>>;

/** Refuses names that only the cluster itself may give: `system:masters` would be above every rule. */
export function impersonationOf(caller: Caller, nameOf: ImpersonationOf): Impersonation | null | Refusal {
  if (caller.kind === "bot") return null;
  const named = nameOf(caller.person);
  if (named === null) return null;
  const bad = [named.user, ...named.groups].find((name) => name.startsWith("system:") || !/^[\x21-\x7e]+$/.test(name));
  if (bad === undefined) return named;
  return refuse(
    "cluster-forbids",
    `Nobody is impersonated as “${bad}”.`,
    "Ask whoever runs the bot to change the mapping.",
  );
}

/** Groups as a list: each goes into a header of its own, which only a raw request can do. */
export function impersonationHeaders(who: Impersonation | null, requestId: string | null): Headers {
  if (who === null) return {};
  const extra = requestId === null ? {} : { "impersonate-extra-countersign.dev%2frequest": requestId };
  const groups = who.groups.length === 0 ? {} : { "impersonate-group": who.groups };
  return { "impersonate-user": who.user, ...groups, ...extra };
}
