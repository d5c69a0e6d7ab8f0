// Who owns which field after an update or an apply, and what an apply leaves of the object: merge/update.go.
import { equal, isObject, type JsonObject } from "../json.ts";
import { type Struct, zeroOf } from "../schema/types.ts";
import { applyConflict } from "../status.ts";
import {
  difference,
  emptySet,
  type FieldPath,
  type FieldSet,
  insert,
  intersection,
  isEmpty,
  paths,
  pathText,
  union,
  without,
} from "./field-set.ts";
import { type Owner, type Owners, ownerId, readOwners, writeOwners } from "./managed-fields.ts";
import { merge } from "./merge.ts";
import { type Comparison, compare, fieldsOf, removeFields, withNamedParents } from "./owned-fields.ts";

export interface Writer {
  readonly manager: string;
  readonly apiVersion: string;
  readonly subresource: string;
  readonly time: string;
  /** Fields this endpoint resets: the status outside of /status, the spec within it. */
  readonly resets: readonly FieldPath[];
}

const SYSTEM_FIELDS = [
  "name",
  "namespace",
  "creationTimestamp",
  "selfLink",
  "uid",
  "clusterName",
  "generation",
  "managedFields",
  "resourceVersion",
];

function setOf(all: readonly FieldPath[]): FieldSet {
  const set = emptySet();
  for (const path of all) insert(set, path);
  return set;
}

const STRIPPED = setOf([
  ["f:apiVersion"],
  ["f:kind"],
  ["f:metadata"],
  ...SYSTEM_FIELDS.map((name) => ["f:metadata", `f:${name}`]),
]);

function withoutManagedFields(object: JsonObject): JsonObject {
  const metadata = isObject(object.metadata) ? { ...object.metadata } : {};
  delete metadata.managedFields;
  return { ...object, metadata };
}

function excluding(comparison: Comparison, resets: FieldSet): Comparison {
  return {
    added: without(comparison.added, resets),
    modified: without(comparison.modified, resets),
    removed: without(comparison.removed, resets),
  };
}

/** An object of the kind of which nothing is set, against which a create is compared. */
function zeroObject(type: Struct): JsonObject {
  const zero = zeroOf(type);
  return isObject(zero) ? { metadata: {}, ...zero } : {};
}

/** The managedFields after a create (live undefined), update or patch by the writer. */
export function afterUpdate(
  live: JsonObject | undefined,
  next: JsonObject,
  type: Struct,
  writer: Writer,
): JsonObject[] {
  const owners = live === undefined ? new Map<string, Owner>() : readOwners(asMetadata(live));
  if (live !== undefined && owners.size === 0) return [];
  const before = live === undefined ? zeroObject(type) : withoutManagedFields(live);
  const found = excluding(compare(before, withoutManagedFields(next), type), setOf(writer.resets));
  const touched = union(found.added, found.modified);
  for (const [id, owner] of owners)
    owners.set(id, { ...owner, fields: difference(difference(owner.fields, touched), found.removed) });
  const taken = difference(touched, STRIPPED);
  if (!isEmpty(taken)) {
    const self = {
      manager: writer.manager,
      operation: "Update" as const,
      apiVersion: writer.apiVersion,
      subresource: writer.subresource,
    };
    const id = ownerId(self);
    const previous = owners.get(id)?.fields ?? emptySet();
    owners.set(id, { ...self, ...timeOf(writer), fields: union(previous, taken) });
  }
  return asEntries(owners);
}

export interface Applied {
  readonly object: JsonObject;
  readonly managedFields: JsonObject[];
}

/** Writes through /scale carry no time. */
const timeOf = (writer: Writer): { time: string | undefined } => ({
  time: writer.subresource === "scale" ? undefined : writer.time,
});

/** Merges the configuration into the live object; throws 409 with one cause per field that somebody else owns. */
export function afterApply(
  live: JsonObject | undefined,
  config: JsonObject,
  type: Struct,
  writer: Writer & { readonly force: boolean },
): Applied {
  const before = live === undefined ? {} : withoutManagedFields(live);
  const owners = live === undefined ? new Map<string, Owner>() : ownersBeforeApply(live, type, writer);
  const self = {
    manager: writer.manager,
    operation: "Apply" as const,
    apiVersion: writer.apiVersion,
    subresource: writer.subresource,
  };
  const id = ownerId(self);
  const last = owners.get(id);
  const resets = setOf(writer.resets);
  const fields = without(fieldsOf(config, type), resets);
  owners.set(id, { ...self, time: last?.time, fields });
  const merged = merge(before, config, type);
  const next = prune(isObject(merged) ? merged : {}, { owners, last, type });
  const found = excluding(compare(before, next, type), resets);
  settleConflicts(owners, { self: id, found, force: writer.force });
  const changed = !equal(before, next);
  owners.set(id, { ...self, time: changed ? writer.time : last?.time, fields: difference(fields, STRIPPED) });
  return { object: next, managedFields: asEntries(owners) };
}

/** An object that nobody tracked belongs to `before-first-apply` (skipnonapplied.go). */
function ownersBeforeApply(live: JsonObject, type: Struct, writer: Writer): Owners {
  const owners = readOwners(asMetadata(live));
  if (owners.size > 0) return owners;
  const first = {
    manager: "before-first-apply",
    operation: "Update" as const,
    apiVersion: writer.apiVersion,
    subresource: "",
  };
  const all = difference(
    union(compare(zeroObject(type), withoutManagedFields(live), type).added, emptySet()),
    STRIPPED,
  );
  return new Map([[ownerId(first), { ...first, time: writer.time, fields: all }]]);
}

interface Pruning {
  readonly owners: Owners;
  readonly last: Owner | undefined;
  readonly type: Struct;
}

/** Removes what the applier set last time and no longer does, unless somebody else owns it. */
function prune(merged: JsonObject, { owners, last, type }: Pruning): JsonObject {
  if (last === undefined || isEmpty(last.fields)) return merged;
  const lastFields = withNamedParents(last.fields, type);
  const pruned = removeFields(merged, lastFields, type) ?? {};
  const mergedFields = withNamedParents(fieldsOf(merged, type), type);
  let owned = emptySet();
  for (const owner of owners.values()) owned = union(owned, owner.fields);
  const keep = union(withNamedParents(fieldsOf(pruned, type), type), withNamedParents(owned, type));
  const restored = removeFields(merged, difference(mergedFields, keep), type) ?? {};
  const gone = difference(mergedFields, withNamedParents(fieldsOf(restored, type), type));
  const result = removeFields(merged, intersection(gone, lastFields), type);
  return isObject(result) ? result : {};
}

function settleConflicts(owners: Owners, by: { self: string; found: Comparison; force: boolean }): void {
  const touched = union(by.found.modified, by.found.added);
  const conflicts = new Map<Owner, readonly FieldPath[]>();
  for (const [id, owner] of owners) {
    if (id === by.self) continue;
    const taken = paths(intersection(owner.fields, touched));
    if (taken.length > 0) conflicts.set(owner, taken);
    owners.set(id, { ...owner, fields: difference(difference(owner.fields, touched), by.found.removed) });
  }
  if (conflicts.size > 0 && !by.force) throw conflictError(conflicts);
}

function ownerText(owner: Owner): string {
  const name = JSON.stringify(owner.manager);
  const where = owner.subresource === "" ? name : `${name} with subresource ${JSON.stringify(owner.subresource)}`;
  return owner.operation === "Apply" ? where : `${where} using ${owner.apiVersion}`;
}

function conflictError(conflicts: ReadonlyMap<Owner, readonly FieldPath[]>): Error {
  const byOwner = [...conflicts].sort(([a], [b]) => (ownerText(a) < ownerText(b) ? -1 : 1));
  const causes = byOwner.flatMap(([owner, fields]) =>
    fields.map((path) => ({
      reason: "FieldManagerConflict",
      message: `conflict with ${ownerText(owner)}`,
      field: pathText(path),
    })),
  );
  const [only] = causes;
  if (causes.length === 1 && only !== undefined)
    return applyConflict(causes, `Apply failed with 1 conflict: ${only.message}: ${only.field}`);
  const lines = byOwner.flatMap(([owner, fields]) => [
    `conflicts with ${ownerText(owner)}:`,
    ...fields.map((path) => `- ${pathText(path)}`),
  ]);
  return applyConflict(causes, `Apply failed with ${causes.length} conflicts: ${lines.join("\n")}`);
}

const asMetadata = (object: JsonObject): JsonObject => (isObject(object.metadata) ? object.metadata : {});
const asEntries = (owners: Owners): JsonObject[] => writeOwners(owners).filter(isObject);
