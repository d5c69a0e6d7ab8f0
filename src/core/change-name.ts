// What a change is called: in records, cards and locks.
import { fullName } from "./kube.ts";
import type { Change } from "./plan.ts";

/** An object's full name, `setting NAME`, or `membership of ROLE on SYSTEM for MEMBER`. */
export function changeName(change: Change): string {
  switch (change.kind) {
    case "object":
      return fullName(change.object);
    case "setting":
      return `setting ${change.setting}`;
    case "membership":
      return `membership of ${change.role} on ${change.target} for ${change.member.id}`;
  }
}
