// Who may end a grant: whoever holds it, asked for it, could have countersigned it, or is one of the admins of access.
import type { AccessConfig, Grant } from "../core/access.ts";
import { isHuman, type Person } from "../core/person.ts";
import { type Refusal, refuse } from "../core/refusal.ts";

export interface Ender {
  readonly person: Person;
  /** May countersign grants like it. */
  readonly isApprover: boolean;
}

/** null when they may. To be done with it is the holder's alone to say. */
export function mayEnd(
  grant: Grant,
  how: "revoked" | "done",
  { person, isApprover }: Ender,
  access: Pick<AccessConfig, "admins">,
): Refusal | null {
  if (isHuman(person, grant.beneficiary.human)) return null;
  if (how === "done")
    return refuse(
      "not-yours",
      `${grant.id} is held by ${grant.beneficiary.name}.`,
      `Type revoke ${grant.id} to end it for them.`,
    );
  if (isHuman(person, grant.requester.human) || isApprover) return null;
  if (person.groups.some((group) => access.admins.includes(group))) return null;
  return refuse(
    "not-yours",
    `${person.name} neither holds ${grant.id}, nor asked for it, nor may countersign it.`,
    `Ask ${grant.beneficiary.name} or ${grant.requester.name} to type revoke ${grant.id}.`,
  );
}
