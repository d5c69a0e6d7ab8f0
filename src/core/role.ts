// The group that an approved request adds to a person's own in clusters: the only one that write bindings name.

/** Nobody's IdP may name such a group: only an approval gives it. */
export const approvedPrefix = "countersign:approved:";

/** The verb in kebab-case: `set image` → `set-image`. */
export function roleOf(verb: string): string {
  return verb.replaceAll(" ", "-");
}

export function approvedGroup(role: string): string {
  return `${approvedPrefix}${role}`;
}
