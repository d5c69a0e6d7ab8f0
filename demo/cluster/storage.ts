// Where the objects of the sample cluster live: one revision counter, the events since, and who listens to them.

import { type KubeObject, keyOf, type ObjectKey } from "./object.ts";
import { type ApiError, expired } from "./status.ts";

export interface StoreEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  /** The storage key of the kind, `group/plural`. */
  readonly resource: string;
  readonly revision: number;
  readonly object: KubeObject;
  /** What stood there before a MODIFIED or DELETED. */
  readonly previous?: KubeObject;
}

const KEPT_EVENTS = 20_000;
const slot = (key: ObjectKey): string => `${key.namespace}/${key.name}`;

export class Storage {
  readonly #objects = new Map<string, Map<string, KubeObject>>();
  /** The slots of a kind in order, until one comes or goes. */
  readonly #inOrder = new Map<string, readonly string[]>();
  /** What is marked as being deleted, by uid. */
  readonly #leaving = new Map<string, { readonly resource: string; readonly key: ObjectKey }>();
  readonly #listeners = new Set<(event: StoreEvent) => void>();
  #events: StoreEvent[] = [];
  #revision = 1000;
  #compacted = 0;

  /** The resourceVersion of the last change. */
  get revision(): number {
    return this.#revision;
  }

  get(resource: string, key: ObjectKey): KubeObject | undefined {
    return this.#objects.get(resource)?.get(slot(key));
  }

  /** In the order of etcd: by namespace, then by name. */
  list(resource: string, namespace = ""): readonly KubeObject[] {
    const kind = this.#objects.get(resource);
    if (kind === undefined) return [];
    const slots = this.#slots(resource, kind);
    const wanted = namespace === "" ? slots : slots.filter((one) => one.startsWith(`${namespace}/`));
    return wanted.flatMap((one) => kind.get(one) ?? []);
  }

  #slots(resource: string, kind: ReadonlyMap<string, KubeObject>): readonly string[] {
    const known = this.#inOrder.get(resource);
    if (known !== undefined) return known;
    const slots = [...kind.keys()].sort();
    this.#inOrder.set(resource, slots);
    return slots;
  }

  /** Where the object with this uid is, when it is marked as being deleted. */
  leaving(uid: string): { readonly resource: string; readonly key: ObjectKey } | undefined {
    return this.#leaving.get(uid);
  }

  resources(): readonly string[] {
    return [...this.#objects.keys()];
  }

  /** Stores the object under the next revision and tells the listeners. */
  put(resource: string, object: KubeObject): KubeObject {
    const revision = ++this.#revision;
    const stored: KubeObject = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
    const kind = this.#objects.get(resource) ?? new Map<string, KubeObject>();
    this.#objects.set(resource, kind);
    const key = keyOf(stored);
    const previous = kind.get(slot(key));
    if (previous === undefined) this.#inOrder.delete(resource);
    kind.set(slot(key), stored);
    this.#mark(resource, stored);
    this.#tell(
      previous === undefined
        ? { type: "ADDED", resource, revision, object: stored }
        : { type: "MODIFIED", resource, revision, object: stored, previous },
    );
    return stored;
  }

  /** Removes the object; the event carries its last state with the revision of the removal. */
  remove(resource: string, key: ObjectKey): void {
    const previous = this.get(resource, key);
    if (previous === undefined) return;
    this.#objects.get(resource)?.delete(slot(key));
    this.#inOrder.delete(resource);
    this.#leaving.delete(previous.metadata.uid ?? "");
    const revision = ++this.#revision;
    const object: KubeObject = { ...previous, metadata: { ...previous.metadata, resourceVersion: String(revision) } };
    this.#tell({ type: "DELETED", resource, revision, object, previous });
  }

  #mark(resource: string, object: KubeObject): void {
    const { uid = "", deletionTimestamp } = object.metadata;
    if (deletionTimestamp === undefined) this.#leaving.delete(uid);
    else this.#leaving.set(uid, { resource, key: keyOf(object) });
  }

  #tell(event: StoreEvent): void {
    this.#events.push(event);
    if (this.#events.length > KEPT_EVENTS) this.compact(this.#events[KEPT_EVENTS / 2]?.revision ?? this.#revision);
    for (const listener of [...this.#listeners]) listener(event);
  }

  onChange(listener: (event: StoreEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The events after a revision; throws 410 when they are no longer kept. */
  since(revision: number): readonly StoreEvent[] {
    if (revision < this.#compacted) throw tooOld(revision, this.#compacted);
    return this.#events.filter((event) => event.revision > revision);
  }

  /** Forgets the events up to a revision: watches and pages that start before it are answered 410. */
  compact(revision = this.#revision): void {
    this.#compacted = Math.max(this.#compacted, revision);
    this.#events = this.#events.filter((event) => event.revision > revision);
  }

  get compacted(): number {
    return this.#compacted;
  }

  /** Everything stored, for keeping on disk. */
  snapshot(): { readonly revision: number; readonly objects: Readonly<Record<string, readonly KubeObject[]>> } {
    return {
      revision: this.#revision,
      objects: Object.fromEntries(this.resources().map((resource) => [resource, this.list(resource)])),
    };
  }

  /** Takes what `snapshot` gave; older revisions count as forgotten. */
  restore(kept: ReturnType<Storage["snapshot"]>): void {
    this.#inOrder.clear();
    this.#leaving.clear();
    for (const [resource, objects] of Object.entries(kept.objects)) {
      this.#objects.set(resource, new Map(objects.map((object) => [slot(keyOf(object)), object])));
      for (const object of objects) this.#mark(resource, object);
    }
    this.#revision = kept.revision;
    this.#compacted = kept.revision;
  }
}

export function tooOld(asked: number, oldest: number): ApiError {
  return expired(`too old resource version: ${asked} (${oldest})`);
}
