// metadata.managedFields: reading and writing the entries, one per manager, operation, version and subresource.
import { asObject, asObjects, asString, type Json, type JsonObject } from "../json.ts";
import { type FieldSet, fromFieldsV1, isEmpty, toFieldsV1 } from "./field-set.ts";

export type Operation = "Apply" | "Update";

export interface Owner {
  readonly manager: string;
  readonly operation: Operation;
  readonly apiVersion: string;
  readonly subresource: string;
  readonly time: string | undefined;
  readonly fields: FieldSet;
}

/** The owners by identity: an applier is known without its version, as buildManagerInfo does. */
export type Owners = Map<string, Owner>;

export function ownerId(owner: Pick<Owner, "manager" | "operation" | "apiVersion" | "subresource">): string {
  const version = owner.operation === "Apply" ? "" : owner.apiVersion;
  return JSON.stringify([owner.manager, owner.operation, version, owner.subresource]);
}

export function readOwners(metadata: JsonObject): Owners {
  const owners: Owners = new Map();
  for (const entry of asObjects(metadata.managedFields)) {
    const owner: Owner = {
      manager: asString(entry.manager),
      operation: entry.operation === "Apply" ? "Apply" : "Update",
      apiVersion: asString(entry.apiVersion),
      subresource: asString(entry.subresource),
      time: entry.time === undefined ? undefined : asString(entry.time),
      fields: fromFieldsV1(asObject(entry.fieldsV1)),
    };
    owners.set(ownerId(owner), owner);
  }
  return owners;
}

/** Appliers first, then by time, manager, version and subresource (managedfields.go, sortEncodedManagedFields). */
export function writeOwners(owners: Owners): Json[] {
  const rank = (owner: Owner): string =>
    [owner.operation, owner.time ?? "", owner.manager, owner.apiVersion, owner.subresource].join("\0");
  return [...owners.values()]
    .filter((owner) => !isEmpty(owner.fields))
    .sort((left, right) => (rank(left) < rank(right) ? -1 : 1))
    .map((owner) => ({
      manager: owner.manager,
      operation: owner.operation,
      apiVersion: owner.apiVersion,
      ...(owner.time === undefined ? {} : { time: owner.time }),
      fieldsType: "FieldsV1",
      fieldsV1: toFieldsV1(owner.fields),
      ...(owner.subresource === "" ? {} : { subresource: owner.subresource }),
    }));
}
