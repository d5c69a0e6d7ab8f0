// JSON Patch (RFC 6902) as evanphx/json-patch applies it for the API server.
import { clone, equal, isObject, type Json, type JsonObject } from "../json.ts";

/** Thrown when an operation does not apply; the API answers 422. */
export class PatchFailed extends Error {}

function steps(pointer: string): readonly string[] {
  if (pointer === "") return [];
  if (!pointer.startsWith("/")) throw new PatchFailed(`path ${pointer} does not start with /`);
  return pointer
    .slice(1)
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function index(list: readonly Json[], step: string, isAdd: boolean): number {
  if (step === "-" && isAdd) return list.length;
  const wanted = /^-?\d+$/.test(step) ? Number(step) : Number.NaN;
  const found = wanted < 0 ? list.length + wanted : wanted;
  const limit = isAdd ? list.length : list.length - 1;
  if (Number.isNaN(found) || found < 0 || found > limit) throw new PatchFailed(`index ${step} out of bounds`);
  return found;
}

function read(container: Json, step: string): Json | undefined {
  if (Array.isArray(container)) return container[index(container, step, false)];
  return isObject(container) ? container[step] : undefined;
}

interface Place {
  readonly container: Json;
  readonly step: string;
}

function place(root: JsonObject, pointer: string): Place {
  const path = steps(pointer);
  const last = path.at(-1);
  if (last === undefined) throw new PatchFailed("the whole object cannot be the target");
  let here: Json = root;
  for (const step of path.slice(0, -1)) {
    const next = read(here, step);
    if (next === undefined || next === null || typeof next !== "object") throw new PatchFailed(`nothing at ${pointer}`);
    here = next;
  }
  return { container: here, step: last };
}

function add({ container, step }: Place, value: Json): void {
  if (Array.isArray(container)) container.splice(index(container, step, true), 0, value);
  else if (isObject(container)) container[step] = value;
}

function remove({ container, step }: Place): void {
  if (Array.isArray(container)) container.splice(index(container, step, false), 1);
  else if (isObject(container)) {
    if (container[step] === undefined) throw new PatchFailed(`nothing to remove at ${step}`);
    delete container[step];
  }
}

function existing(at: Place): Json {
  const value = read(at.container, at.step);
  if (value === undefined) throw new PatchFailed(`nothing at ${at.step}`);
  return value;
}

/** Applies the operations in order to a copy; throws PatchFailed, then nothing of it holds. */
export function jsonPatch(object: JsonObject, operations: readonly JsonObject[]): JsonObject {
  const root = clone(object);
  for (const operation of operations) apply(root, operation);
  return root;
}

function text(operation: JsonObject, name: string): string {
  const value = operation[name];
  if (typeof value !== "string") throw new PatchFailed(`operation has no ${name}`);
  return value;
}

function apply(root: JsonObject, operation: JsonObject): void {
  const target = place(root, text(operation, "path"));
  const value = (): Json => clone(operation.value ?? null);
  switch (operation.op) {
    case "add": {
      add(target, value());
      return;
    }
    case "replace":
      existing(target);
      if (Array.isArray(target.container)) target.container[index(target.container, target.step, false)] = value();
      else add(target, value());
      return;
    case "remove": {
      remove(target);
      return;
    }
    case "test": {
      const found = read(target.container, target.step) ?? null;
      if (!equal(found, operation.value ?? null))
        throw new PatchFailed(`testing value ${text(operation, "path")} failed`);
      return;
    }
    case "copy": {
      add(target, clone(existing(place(root, text(operation, "from")))));
      return;
    }
    case "move": {
      const from = place(root, text(operation, "from"));
      const moved = existing(from);
      remove(from);
      add(place(root, text(operation, "path")), moved);
      return;
    }
    default:
      throw new PatchFailed(`unexpected kind of operation`);
  }
}
