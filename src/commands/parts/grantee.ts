// Whom a grant is for: somebody picked by Slack's own mention, or the asker.
import type { Asking } from "../../core/action.ts";
import type { Person } from "../../core/person.ts";
import type { ClusterNames } from "../../core/ports/clusters.ts";
import type { Grants } from "../../core/ports/grants.ts";
import type { People } from "../../core/ports/people.ts";
import { type Refusal, refuse } from "../../core/refusal.ts";

/** A user id, or "me". */
export function readPerson(text: string): string | Refusal {
  if (/^(me|myself)$/i.test(text)) return "me";
  const id = /^@?([UW][A-Z0-9]{2,})$/.exec(text)?.[1];
  if (id !== undefined) return id;
  return refuse(
    "bad-argument",
    `“${text}” is nobody that I can tell from others.`,
    "Type @ and pick the person from Slack's list, or type me.",
  );
}

/** Looked up anew each time: whoever left, or signed in since, is seen as they are now. */
export function granteeOf(people: People, typed: string, asking: Asking): Promise<Person | Refusal> {
  return people.person(typed === "me" ? asking.person.account.userId : typed);
}

/** Fails closed: a binding for somebody whose name in the cluster is a guess could be somebody else's. */
export function namesIn(grants: Grants, person: Person, cluster: string, asking: Asking): ClusterNames | Refusal {
  const names = grants.clusterNamesOf(person, cluster);
  if (names !== null && names.user !== "" && !names.user.startsWith("system:")) return names;
  const isSelf = person.account.userId === asking.person.account.userId;
  return refuse(
    "not-linked",
    isSelf
      ? `You have not signed in, so I don't know what ${cluster} calls you.`
      : `${person.name} has not signed in, so I don't know what ${cluster} calls them.`,
    isSelf ? "Type login, then ask again." : `Ask ${person.name} to type login, then ask again.`,
  );
}
