// Contents of Secrets that change: which keys, never what.
import { at, isJsonObject, type Json } from "../../core/json.ts";
import { fact, isKind, type RiskFamily, sameJson } from "./fact.ts";

/** Values arrive replaced by tags that differ exactly when the values do. */
export const secretRisks: RiskFamily = (change) => {
  if (!isKind(change, "", "Secret") || change.operation === "delete") return [];
  const changed = (["data", "stringData"] as const).flatMap((field) =>
    changedKeys(at(change.before ?? undefined, field), at(change.after ?? undefined, field)),
  );
  if (changed.length === 0) return [];
  const keys = [...new Set(changed)].sort().join(", ");
  return [fact("secret-change", "medium", `The Secret ${change.object.name} gets other values for ${keys}.`, change)];
};

function changedKeys(before: Json | undefined, after: Json | undefined): readonly string[] {
  const [old, now] = [isJsonObject(before) ? before : {}, isJsonObject(after) ? after : {}];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].filter(
    (key) => !sameJson(at(old, key), at(now, key)),
  );
}
