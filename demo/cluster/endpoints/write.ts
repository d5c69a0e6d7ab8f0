// POST, PUT and DELETE of objects.
import {
  type Answer,
  type Backend,
  bodyObject,
  type Call,
  fieldValidationOf,
  isDryRun,
  json,
  managerOf,
} from "../call.ts";
import { eventInCore } from "../event-view.ts";
import { asObject, asString, type JsonObject } from "../json.ts";
import { apiVersionOf } from "../kinds.ts";
import { keyOf } from "../object.ts";
import { represent, shown } from "../represent.ts";
import { decode } from "../schema/decode.ts";
import { duplicateKeys } from "../schema/duplicate-keys.ts";
import { type ApiError, badRequest } from "../status.ts";
import type { DeleteOptions } from "../write-rules.ts";
import { selection } from "./read.ts";

/** The body, checked for its kind and, as fieldValidation asks, for unknown and duplicate fields. */
export function checkedBody(call: Call): JsonObject {
  const body = bodyObject(call);
  const { kind } = call;
  const apiVersion = asString(body.apiVersion, apiVersionOf(kind));
  const name = asString(body.kind, kind.kind);
  const version = apiVersion.split("/").at(-1);
  const refuse = (why: string): ApiError =>
    badRequest(`${name} in version "${version}" cannot be handled as a ${kind.kind}: ${why}`);
  if (apiVersion !== apiVersionOf(kind))
    throw refuse(`no kind "${name}" is registered for version "${apiVersion}" in scheme "pkg/runtime/scheme.go:111"`);
  if (name !== kind.kind)
    throw refuse(
      `converting (${version}.${name}) to (${kind.group.split(".")[0] || "core"}.${kind.kind}): unknown conversion`,
    );
  const validation = fieldValidationOf(call);
  const stored = kind.group === "events.k8s.io" ? eventInCore(body) : body;
  if (validation === "Ignore" || kind.schema === undefined) return stored;
  const problems = strictProblems(call, stored);
  if (problems.length > 0 && validation === "Strict")
    throw badRequest(
      `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: strict decoding error: ${problems.join(", ")}`,
    );
  call.warnings.push(...problems);
  return stored;
}

/** `unknown field "spec.foo"`, `duplicate field "spec.replicas"` */
export function strictProblems(call: Call, body: JsonObject): readonly string[] {
  const { kind } = call;
  if (kind.schema === undefined) return [];
  const unknown = decode(body, kind.schema, kind.kind, kind.version).unknownFields;
  const duplicate = duplicateKeys(call.body);
  return [...duplicate.map((path) => `duplicate field "${path}"`), ...unknown.map((path) => `unknown field "${path}"`)];
}

export function create(backend: Backend, call: Call): Answer {
  const body = checkedBody(call);
  const options = { manager: managerOf(call), dryRun: isDryRun(call) };
  const object = backend.registry.create(call.kind, call.path.namespace, body, options);
  return json(represent(call, backend.registry, { kind: "one", object }), 201);
}

export function replace(backend: Backend, call: Call): Answer {
  const body = checkedBody(call);
  const { name, namespace, subresource } = call.path;
  const metadata = asObject(body.metadata);
  if (asString(metadata.name) !== name)
    throw badRequest(
      `the name of the object (${asString(metadata.name)}) does not match the name on the URL (${name})`,
    );
  if (call.kind.namespaced && asString(metadata.namespace, namespace) !== namespace)
    throw badRequest(
      `the namespace of the object (${asString(metadata.namespace)}) does not match the namespace on the request (${namespace})`,
    );
  const options = { manager: managerOf(call), dryRun: isDryRun(call), subresource };
  const object = backend.registry.update(call.kind, call.path, options, () => body);
  return json(represent(call, backend.registry, { kind: "one", object }));
}

/**
 * As the real server: with a body, options are read from the body alone, so that `?dryRun=All` beside a body deletes for real
 * (apiserver pkg/endpoints/handlers/delete.go; measured on 1.36.3). Without one, from the query.
 */
function deleteOptions(call: Call): DeleteOptions {
  const hasBody = call.body.trim() !== "";
  const body = hasBody ? bodyObject(call) : {};
  const preconditions = asObject(body.preconditions);
  const propagation = asString(body.propagationPolicy, call.query.get("propagationPolicy") ?? "");
  const orphans = body.orphanDependents ?? call.query.get("orphanDependents");
  const grace = body.gracePeriodSeconds ?? call.query.get("gracePeriodSeconds") ?? undefined;
  return {
    dryRun: hasBody ? isDryRun({ ...call, query: new URLSearchParams() }, body) : isDryRun(call),
    ...(preconditions.uid === undefined ? {} : { uid: asString(preconditions.uid) }),
    ...(preconditions.resourceVersion === undefined
      ? {}
      : { resourceVersion: asString(preconditions.resourceVersion) }),
    propagation:
      propagation === "Foreground" || propagation === "Orphan"
        ? propagation
        : orphans === true || orphans === "true"
          ? "Orphan"
          : "Background",
    ...(grace === undefined ? {} : { gracePeriodSeconds: Number(grace) }),
  };
}

export function remove(backend: Backend, call: Call): Answer {
  const { registry } = backend;
  const { object, gone } = registry.delete(call.kind, call.path, deleteOptions(call));
  if (!gone) return json(shown(call, object), 200);
  const { name, uid } = object.metadata;
  const { group, plural } = call.kind;
  // Pods answer themselves; everything else a Status that names what went.
  if (call.kind.storedAs === "/pods") return json(object);
  return json({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Success",
    details: { name, ...(group === "" ? {} : { group }), kind: plural, uid },
  });
}

export function removeCollection(backend: Backend, call: Call): Answer {
  const options = deleteOptions(call);
  const { registry } = backend;
  const matching = registry.storage.list(call.kind.storedAs, call.path.namespace).filter(selection(call));
  for (const object of matching) registry.delete(call.kind, keyOf(object), options);
  return json(
    represent(call, registry, {
      kind: "list",
      items: matching,
      metadata: { resourceVersion: String(registry.storage.revision) },
    }),
  );
}
