// Whoever's groups are too old sees without them, and is told so: less than there is must not look like all there is (R12).
import type { AnyAction } from "../core/action.ts";
import type { Message } from "../core/message.ts";
import type { Person } from "../core/person.ts";
import { isRefusal, type Refusal } from "../core/refusal.ts";
import type { Deps } from "./deps.ts";

const says =
  "Asked without your groups: what your sign-in said about them is too old to count. Type login to see with them again.";

/** What a verb that looks at clusters answered, with a line about the groups that did not count. */
export function withLapsedNote<A extends Message | Refusal>(
  deps: Pick<Deps, "config">,
  answer: A,
  { person, action }: { readonly person: Person; readonly action: Pick<AnyAction, "needs"> },
): Message | Refusal {
  if (person.isLapsed !== true || !action.needs.includes("clusters") || !hasGroups(deps)) return answer;
  if (isRefusal(answer)) return { ...answer, hint: `${answer.hint} ${says}` };
  return { ...answer, parts: [...answer.parts, { kind: "text", icon: "warn", text: [says] }] };
}

function hasGroups({ config }: Pick<Deps, "config">): boolean {
  return config.clusters.some(({ impersonation }) => (impersonation?.groups ?? null) !== null);
}
