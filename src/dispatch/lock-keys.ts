// What a plan works on, as keys of locks and of turns.
import { changeName } from "../core/change-name.ts";
import type { Plan } from "../core/plan.ts";

export function lockKeys(plan: Plan): readonly string[] {
  const keys = plan.changes.map((change) =>
    change.kind === "setting"
      ? ["setting", change.setting, ...(change.item === undefined ? [] : [change.item])].join("/")
      : changeName(change),
  );
  return [...new Set(keys)].sort();
}
