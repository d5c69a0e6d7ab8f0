// Direct access to the objects of a sample cluster, for tests that play somebody else.
import { asObject, asString, clone, type JsonObject } from "./json.ts";
import type { Kind } from "./kinds.ts";
import { apiTime, type KubeObject } from "./object.ts";
import { mergePatch } from "./patch/merge-patch.ts";
import type { Registry } from "./registry.ts";
import type { DeleteOptions } from "./write-rules.ts";

/** `Deployment`, or `group/plural` where two groups have a kind of that name; `/pods` for the core group. */
export type KindName = string;

export interface Where {
  readonly kind: KindName;
  readonly namespace?: string;
  readonly name: string;
}

/** Reads and writes past authorisation, but through defaults, validation and field ownership. */
export class ObjectAccess {
  readonly #registry: Registry;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  #kind(name: KindName): Kind {
    const found = this.#registry.kinds.all().find((kind) => kind.kind === name || kind.storedAs === name);
    if (found === undefined) throw new Error(`the sample cluster serves no kind ${name}`);
    return found;
  }

  get({ kind, namespace = "", name }: Where): KubeObject | undefined {
    return this.#registry.storage.get(this.#kind(kind).storedAs, { namespace, name });
  }

  list(kind: KindName, namespace = ""): readonly KubeObject[] {
    return this.#registry.storage.list(this.#kind(kind).storedAs, namespace);
  }

  /** Creates the manifest, or replaces what stands there, as `manager`. */
  put(manifest: JsonObject, manager = "sample-data"): KubeObject {
    const metadata = asObject(manifest.metadata);
    const kind = this.#registry.kinds.ofManifest(asString(manifest.apiVersion), asString(manifest.kind));
    if (kind === undefined)
      throw new Error(`the sample cluster serves no ${String(manifest.apiVersion)} ${String(manifest.kind)}`);
    const key = {
      namespace: asString(metadata.namespace, kind.namespaced ? "default" : ""),
      name: asString(metadata.name),
    };
    if (this.#registry.storage.get(kind.storedAs, key) === undefined) {
      const made = this.#registry.create(kind, key.namespace, manifest, { manager });
      return manifest.status === undefined ? made : this.#status(kind, made, asObject(manifest.status), manager);
    }
    return this.#registry.update(kind, key, { manager }, (current) => ({
      ...clone(manifest),
      metadata: { ...metadata, namespace: current.metadata.namespace },
    }));
  }

  #status(kind: Kind, made: KubeObject, status: JsonObject, manager: string): KubeObject {
    if (!kind.subresources.includes("status")) return made;
    const key = { namespace: made.metadata.namespace ?? "", name: made.metadata.name };
    return this.#registry.update(kind, key, { manager, subresource: "status" }, (current) => ({
      ...current,
      status: clone(status),
    }));
  }

  /** Edits as somebody else: a merge patch under another manager's name. */
  edit({ kind, namespace = "", name }: Where, patch: JsonObject, manager = "somebody-else"): KubeObject {
    return this.#registry.update(this.#kind(kind), { namespace, name }, { manager }, (current) =>
      mergePatch(current, clone(patch)),
    );
  }

  /** Edits the status as somebody else, a controller or an operator for example. */
  editStatus({ kind, namespace = "", name }: Where, status: JsonObject, manager = "somebody-else"): KubeObject {
    const options = { manager, subresource: "status" };
    return this.#registry.update(this.#kind(kind), { namespace, name }, options, (current) =>
      mergePatch(current, { status: clone(status) }),
    );
  }

  delete({ kind, namespace = "", name }: Where, options: DeleteOptions = {}): void {
    this.#registry.delete(this.#kind(kind), { namespace, name }, options);
  }

  /** Makes the object look as old as that, for seeds. */
  backdate({ kind, namespace = "", name }: Where, createdMs: number): void {
    const { storedAs } = this.#kind(kind);
    const found = this.#registry.storage.get(storedAs, { namespace, name });
    if (found === undefined) throw new Error(`there is no ${kind} ${namespace}/${name}`);
    this.#registry.storage.put(storedAs, {
      ...found,
      metadata: { ...found.metadata, creationTimestamp: apiTime(createdMs) },
    });
  }
}
