// Creating, changing and deleting stored objects: the path every write takes, whoever asks.
import { afterApply, afterUpdate, type Writer } from "./apply/ownership.ts";
import { collectDependents } from "./garbage.ts";
import type { Ids } from "./identity.ts";
import { asString, at, clone, isObject, type JsonObject } from "./json.ts";
import { apiVersionOf, type Kind, type Kinds } from "./kinds.ts";
import { apiTime, type KubeObject, type ObjectKey } from "./object.ts";
import { structuralDefaults } from "./schema/custom.ts";
import { decode } from "./schema/decode.ts";
import { setDefaults } from "./schema/defaults.ts";
import { checkCreate, checkUpdate } from "./schema/validate.ts";
import { alreadyExists, badRequest, conflict, forbidden, invalid, MODIFIED, notFound, required } from "./status.ts";
import type { Storage } from "./storage.ts";
import { admit, prepareForCreate, prepareForUpdate, resetFields } from "./strategy.ts";
import type { Timeline } from "./timeline.ts";
import {
  checkPreconditions,
  type DeleteOptions,
  inVersion,
  isReadyToGo,
  keepIdentity,
  podGrace,
  sameButForTimes,
} from "./write-rules.ts";

export interface WriteOptions {
  readonly manager: string;
  readonly dryRun?: boolean;
  readonly subresource?: string;
}

export interface Deleted {
  readonly object: KubeObject;
  /** False when finalizers or a grace period keep it for now. */
  readonly gone: boolean;
}

const named = (kind: Kind): { group: string; plural: string } => ({ group: kind.group, plural: kind.plural });

export class Registry {
  readonly storage: Storage;
  readonly kinds: Kinds;
  readonly timeline: Timeline;
  readonly ids: Ids;

  constructor(parts: { storage: Storage; kinds: Kinds; timeline: Timeline; ids: Ids }) {
    this.storage = parts.storage;
    this.kinds = parts.kinds;
    this.timeline = parts.timeline;
    this.ids = parts.ids;
  }

  /** Throws 404 when it is not there. */
  get(kind: Kind, key: ObjectKey): KubeObject {
    const found = this.storage.get(kind.storedAs, key);
    if (found === undefined) throw notFound(named(kind), key.name);
    return inVersion(found, kind);
  }

  create(kind: Kind, namespace: string, body: JsonObject, options: WriteOptions): KubeObject {
    const object = this.#decoded(kind, clone(body));
    this.#name(kind, namespace, object);
    this.#checkNamespace(kind, namespace);
    return this.#insert(
      kind,
      object,
      (next) => afterUpdate(undefined, next, schemaOf(kind), this.#writer(kind, options)),
      options,
    );
  }

  #insert(kind: Kind, object: KubeObject, own: (next: KubeObject) => JsonObject[], options: WriteOptions): KubeObject {
    setDefaults(kind.storedAs, object);
    structuralDefaults(kind, object);
    const { managedFields: _given, resourceVersion: _version, ...metadata } = object.metadata;
    object.metadata = { ...metadata, uid: this.ids.uid(), creationTimestamp: apiTime(this.timeline.now()) };
    prepareForCreate(kind, object);
    checkCreate(kind, object);
    const key = { namespace: object.metadata.namespace ?? "", name: object.metadata.name };
    if (this.storage.get(kind.storedAs, key) !== undefined) throw alreadyExists(named(kind), key.name);
    const managedFields = own(object);
    if (managedFields.length > 0) object.metadata.managedFields = managedFields;
    admit(kind, object, () => this.#freeAddress());
    if (options.dryRun === true) return object;
    return inVersion(this.storage.put(kind.storedAs, object), kind);
  }

  /** The next address of 10.96.0.0/16 that no service has. */
  #freeAddress(): string {
    const taken = new Set(this.storage.list("/services").map((service) => at(service, "spec", "clusterIP")));
    for (let number = 10; ; number += 1) {
      const address = `10.96.${Math.floor(number / 250)}.${(number % 250) + 1}`;
      if (!taken.has(address)) return address;
    }
  }

  #name(kind: Kind, namespace: string, object: KubeObject): void {
    const given = object.metadata.namespace;
    if (given !== undefined && given !== namespace)
      throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
    if (kind.namespaced) object.metadata.namespace = namespace;
    else delete object.metadata.namespace;
    const prefix = asString(object.metadata.generateName);
    if (asString(object.metadata.name) === "" && prefix !== "") object.metadata.name = `${prefix}${this.ids.suffix()}`;
    if (asString(object.metadata.name) !== "") return;
    throw invalid(kind.group, kind.kind, "", [required("metadata.name", "name or generateName is required")]);
  }

  #checkNamespace(kind: Kind, namespace: string): void {
    if (!kind.namespaced) return;
    const found = this.storage.get("/namespaces", { namespace: "", name: namespace });
    if (found === undefined) throw notFound({ group: "", plural: "namespaces" }, namespace);
    if (found.metadata.deletionTimestamp === undefined) return;
    const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
    throw forbidden(named(kind), "", why);
  }

  /** Changes what is stored; `change` gets a copy of it and answers what it should be. */
  update(kind: Kind, key: ObjectKey, options: WriteOptions, change: (current: KubeObject) => JsonObject): KubeObject {
    const current = this.get(kind, key);
    const next = this.#decoded(kind, change(clone(current)));
    return this.#replace(kind, { current, next }, options, (checked) =>
      afterUpdate(current, checked, schemaOf(kind), this.#writer(kind, options)),
    );
  }

  /** Server-side apply; creates the object when it is not there. */
  apply(
    kind: Kind,
    key: ObjectKey,
    body: JsonObject,
    options: WriteOptions & { readonly force: boolean },
  ): { object: KubeObject; created: boolean } {
    const config = clone(body);
    const writer = { ...this.#writer(kind, options), force: options.force };
    const current = this.storage.get(kind.storedAs, key);
    if (current === undefined) {
      if ((options.subresource ?? "") !== "") throw notFound(named(kind), key.name);
      return { object: this.#applyNew(kind, key, config, { options, writer }), created: true };
    }
    const live = inVersion(current, kind);
    const applied = afterApply(live, config, schemaOf(kind), writer);
    const next = this.#decoded(kind, applied.object);
    const object = this.#replace(kind, { current: live, next }, options, () => applied.managedFields);
    return { object, created: false };
  }

  #applyNew(
    kind: Kind,
    key: ObjectKey,
    config: JsonObject,
    by: { options: WriteOptions; writer: Writer & { force: boolean } },
  ): KubeObject {
    const metadata = isObject(config.metadata) ? config.metadata : {};
    const uid = asString(metadata.uid);
    if (uid !== "")
      throw conflict(
        named(kind),
        key.name,
        `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
      );
    const applied = afterApply(undefined, config, schemaOf(kind), by.writer);
    const object = this.#decoded(kind, applied.object);
    this.#name(kind, key.namespace, object);
    this.#checkNamespace(kind, key.namespace);
    return this.#insert(kind, object, () => applied.managedFields, by.options);
  }

  #replace(
    kind: Kind,
    { current, next }: { current: KubeObject; next: KubeObject },
    options: WriteOptions,
    own: (checked: KubeObject) => JsonObject[],
  ): KubeObject {
    const asked = asString(next.metadata.resourceVersion);
    if (asked !== "" && asked !== current.metadata.resourceVersion)
      throw conflict(named(kind), current.metadata.name, MODIFIED);
    setDefaults(kind.storedAs, next);
    structuralDefaults(kind, next);
    keepIdentity(current, next);
    prepareForUpdate(kind, current, next, options.subresource ?? "");
    checkUpdate(kind, current, next);
    delete next.metadata.managedFields;
    const managedFields = own(next);
    if (managedFields.length > 0) next.metadata.managedFields = managedFields;
    if (sameButForTimes(current, next)) return current;
    if (options.dryRun === true) return next;
    const stored = inVersion(this.storage.put(kind.storedAs, next), kind);
    if (isReadyToGo(stored)) this.#remove(kind, stored);
    return stored;
  }

  /** Deletes, or marks as being deleted while finalizers or a pod's grace period hold it. */
  delete(kind: Kind, key: ObjectKey, options: DeleteOptions): Deleted {
    const current = this.get(kind, key);
    checkPreconditions(kind, current, options);
    if (options.dryRun === true) return { object: current, gone: true };
    const marked = this.#marked(kind, current, options);
    if (marked !== undefined) return { object: marked, gone: false };
    const gone = this.storage.get(kind.storedAs, key);
    if (gone !== undefined) this.#remove(kind, gone, options.propagation);
    return { object: current, gone: true };
  }

  #marked(kind: Kind, current: KubeObject, options: DeleteOptions): KubeObject | undefined {
    const finalizers = new Set(current.metadata.finalizers ?? []);
    if (options.propagation === "Foreground") finalizers.add("foregroundDeletion");
    if (options.propagation === "Orphan") finalizers.add("orphan");
    const grace = kind.storedAs === "/pods" ? podGrace(current, options.gracePeriodSeconds) : 0;
    const waitsForNamespace = kind.storedAs === "/namespaces";
    if (finalizers.size === 0 && grace === 0 && !waitsForNamespace) return undefined;
    if (current.metadata.deletionTimestamp !== undefined && grace > 0) return current;
    const next = clone(current);
    next.metadata.deletionTimestamp ??= apiTime(this.timeline.now() + grace * 1000);
    next.metadata.deletionGracePeriodSeconds = grace;
    if (finalizers.size > 0) next.metadata.finalizers = [...finalizers];
    if (next.metadata.generation !== undefined) next.metadata.generation += 1;
    if (waitsForNamespace) next.status = { ...(isObject(next.status) ? next.status : {}), phase: "Terminating" };
    return inVersion(this.storage.put(kind.storedAs, next), kind);
  }

  #remove(kind: Kind, object: KubeObject, propagation: DeleteOptions["propagation"] = "Background"): void {
    this.storage.remove(kind.storedAs, { namespace: object.metadata.namespace ?? "", name: object.metadata.name });
    collectDependents(this, object, propagation);
  }

  #decoded(kind: Kind, body: JsonObject): KubeObject {
    const schema = schemaOf(kind);
    const { object } = decode(body, schema, kind.kind, kind.version);
    const metadata = isObject(object.metadata) ? object.metadata : {};
    return {
      ...object,
      apiVersion: apiVersionOf(kind),
      kind: kind.kind,
      metadata: { ...metadata, name: asString(metadata.name) },
    };
  }

  #writer(kind: Kind, options: WriteOptions): Writer {
    const subresource = options.subresource ?? "";
    return {
      manager: options.manager,
      apiVersion: apiVersionOf(kind),
      subresource,
      time: apiTime(this.timeline.now()),
      resets: resetFields(kind, subresource),
    };
  }
}

function schemaOf(kind: Kind): NonNullable<Kind["schema"]> {
  if (kind.schema === undefined) throw new Error(`no schema for ${kind.plural}`);
  return kind.schema;
}
