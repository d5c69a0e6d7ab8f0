// PATCH in its four forms: JSON patch, merge patch, strategic merge patch and server-side apply.
import { MissingKey } from "../apply/shape.ts";
import { type Answer, type Backend, type Call, fieldValidationOf, isDryRun, json, managerOf } from "../call.ts";
import { asObject, asString, isObject, type Json, type JsonObject } from "../json.ts";
import { apiVersionOf } from "../kinds.ts";
import type { KubeObject } from "../object.ts";
import { jsonPatch, PatchFailed } from "../patch/json-patch.ts";
import { mergePatch } from "../patch/merge-patch.ts";
import { strategicPatch } from "../patch/strategic.ts";
import { represent } from "../represent.ts";
import { isYes } from "../request.ts";
import { decode } from "../schema/decode.ts";
import { ApiError, badRequest, invalid, required, unprocessable, unsupportedMediaType, wrongValue } from "../status.ts";
import { parseYaml } from "../yaml-body.ts";
import { declared } from "./declared.ts";

const SUPPORTED = [
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
  "application/apply-patch+yaml",
  "application/apply-patch+cbor",
];

type Change = (current: JsonObject) => JsonObject;

/** What the patch makes of an object; `type` is the kind's own, or that of a subresource. */
export function changeOf(call: Call): Change {
  const body = parsed(call);
  switch (call.contentType) {
    case "application/json-patch+json":
      return (current) => patched(() => jsonPatch(current, operations(body)));
    case "application/merge-patch+json":
      return (current) => mergePatch(current, mustBeObject(body));
    case "application/strategic-merge-patch+json": {
      const { schema, custom } = call.kind;
      if (custom !== undefined || schema === undefined) throw wrongType(call);
      return (current) => strategicPatch(current, mustBeObject(body), schema);
    }
    default:
      throw wrongType(call);
  }
}

function wrongType(call: Call): ApiError {
  const supported = call.kind.custom === undefined ? SUPPORTED : SUPPORTED.filter((one) => !one.includes("strategic"));
  return unsupportedMediaType(
    `the body of the request was in an unknown format - accepted media types include: ${supported.join(", ")}`,
  );
}

function parsed(call: Call): Json {
  try {
    return JSON.parse(call.body) as Json;
  } catch (cause) {
    throw badRequest(`error decoding patch: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

function mustBeObject(body: Json): JsonObject {
  if (isObject(body)) return body;
  throw badRequest("error decoding patch: json: cannot unmarshal into Go value of type map[string]interface {}");
}

function operations(body: Json): readonly JsonObject[] {
  if (Array.isArray(body) && body.every(isObject)) return body;
  throw badRequest("error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp");
}

function patched(run: () => JsonObject): JsonObject {
  try {
    return run();
  } catch (error) {
    if (error instanceof PatchFailed) throw unprocessable();
    throw error;
  }
}

export function patch(backend: Backend, call: Call): Answer {
  if (isYes(call.query.get("force")) && call.contentType !== "application/apply-patch+yaml")
    throw invalid("meta.k8s.io", "PatchOptions", "", [
      { reason: "FieldValueForbidden", field: "force", message: "Forbidden: may not be specified for non-apply patch" },
    ]);
  if (call.contentType === "application/apply-patch+yaml") return apply(backend, call);
  const { registry } = backend;
  const change = changeOf(call);
  const options = { manager: managerOf(call), dryRun: isDryRun(call), subresource: call.path.subresource };
  const object = registry.update(call.kind, call.path, options, (current) => checked(call, current, change(current)));
  return json(represent(call, registry, { kind: "one", object }));
}

function checked(call: Call, current: KubeObject, next: JsonObject): JsonObject {
  const { kind, path } = call;
  if (asString(asObject(next.metadata).name) !== path.name)
    throw badRequest(
      `the name of the object (${asString(asObject(next.metadata).name)}) does not match the name on the URL (${path.name})`,
    );
  const validation = fieldValidationOf(call);
  if (kind.schema === undefined || validation === "Ignore" || current === next) return next;
  const problems = decode(next, kind.schema, kind.kind, kind.version).unknownFields.map(
    (one) => `unknown field "${one}"`,
  );
  if (problems.length > 0 && validation === "Strict")
    throw invalid("", "", "", [
      wrongValue("patch", JSON.stringify(next), `strict decoding error: ${problems.join(", ")}`),
    ]);
  call.warnings.push(...problems);
  return next;
}

/** A failure that the real server answers as it stands, with 500 and no reason. */
const plain = (message: string): ApiError => new ApiError(500, "", message);

function apply(backend: Backend, call: Call): Answer {
  const manager = call.query.get("fieldManager") ?? "";
  if (manager === "")
    throw invalid("meta.k8s.io", "PatchOptions", "", [required("fieldManager", "is required for apply patch")]);
  const config = parseYaml(call.body, fieldValidationOf(call) === "Strict");
  checkConfig(call, config);
  const options = {
    manager,
    dryRun: isDryRun(call),
    subresource: call.path.subresource,
    force: isYes(call.query.get("force")),
  };
  try {
    const { object, created } = backend.registry.apply(call.kind, call.path, config, options);
    return json(represent(call, backend.registry, { kind: "one", object }), created ? 201 : 200);
  } catch (error) {
    if (error instanceof MissingKey)
      throw plain(`failed to create typed patch object (${subject(call, config)}): ${error.message}`);
    throw error;
  }
}

const subject = ({ kind, path }: Call, config: JsonObject): string =>
  `${asString(asObject(config.metadata).namespace)}/${path.name}; ${apiVersionOf(kind)}, Kind=${kind.kind}`;

function checkConfig(call: Call, config: JsonObject): void {
  const { kind, path } = call;
  const version = asString(config.apiVersion);
  if (version !== apiVersionOf(kind))
    throw badRequest(
      `Incorrect version specified in apply patch. Specified patch version: ${version}, expected: ${apiVersionOf(kind)}`,
    );
  const metadata = asObject(config.metadata);
  if (metadata.managedFields !== undefined && metadata.managedFields !== null)
    throw badRequest("metadata.managedFields must be nil");
  if (asString(metadata.name, path.name) !== path.name)
    throw badRequest(
      `the name of the object (${asString(metadata.name)}) does not match the name on the URL (${path.name})`,
    );
  metadata.name = path.name;
  config.metadata = metadata;
  if (asString(metadata.namespace, path.namespace) !== path.namespace)
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
  if (kind.schema === undefined) return;
  const wrong = declared(config, kind.schema);
  if (wrong.length > 0)
    throw plain(
      `failed to create typed patch object (${subject(call, config)}): ${wrong.length === 1 ? wrong[0] : `errors:\n${wrong.map((one) => `  ${one}`).join("\n")}`}`,
    );
}
