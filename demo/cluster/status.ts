// The errors of the Kubernetes API: Status objects with the texts of apimachinery's pkg/api/errors/errors.go.
import type { Json, JsonObject } from "./json.ts";

export interface Cause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

/** A group and plural name, written `plural.group` in messages. */
export interface GroupResource {
  readonly group: string;
  readonly plural: string;
}

/** Thrown anywhere below a request; answered as its Status object with its code. */
export class ApiError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: JsonObject | undefined;

  constructor(code: number, reason: string, message: string, details?: JsonObject) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  get status(): JsonObject {
    return {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: this.message,
      ...(this.reason === "" ? {} : { reason: this.reason }),
      ...(this.details === undefined ? {} : { details: this.details }),
      code: this.code,
    };
  }
}

export const qualified = (of: GroupResource): string => (of.group === "" ? of.plural : `${of.plural}.${of.group}`);

function detailsOf(of: GroupResource, name: string): JsonObject {
  return { ...(name === "" ? {} : { name }), ...(of.group === "" ? {} : { group: of.group }), kind: of.plural };
}

export const notFound = (of: GroupResource, name: string): ApiError =>
  new ApiError(404, "NotFound", `${qualified(of)} "${name}" not found`, detailsOf(of, name));

/** What a server answers for a path that no API serves. */
export const noSuchPath = (): ApiError =>
  new ApiError(404, "NotFound", "the server could not find the requested resource", {});

export const alreadyExists = (of: GroupResource, name: string): ApiError =>
  new ApiError(409, "AlreadyExists", `${qualified(of)} "${name}" already exists`, detailsOf(of, name));

export const conflict = (of: GroupResource, name: string, why: string): ApiError =>
  new ApiError(
    409,
    "Conflict",
    `Operation cannot be fulfilled on ${qualified(of)} "${name}": ${why}`,
    detailsOf(of, name),
  );

export const MODIFIED = "the object has been modified; please apply your changes to the latest version and try again";

export const applyConflict = (causes: readonly Cause[], message: string): ApiError =>
  new ApiError(409, "Conflict", message, { causes: causes.map(causeJson) });

export const badRequest = (message: string): ApiError => new ApiError(400, "BadRequest", message);

export const unauthorized = (): ApiError => new ApiError(401, "Unauthorized", "Unauthorized");

export const forbidden = (of: GroupResource, name: string, why: string): ApiError => {
  const subject = of.plural === "" ? "forbidden" : `${qualified(of)}${name === "" ? "" : ` "${name}"`} is forbidden`;
  return new ApiError(403, "Forbidden", `${subject}: ${why}`, of.plural === "" ? {} : detailsOf(of, name));
};

export const methodNotAllowed = (): ApiError =>
  new ApiError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", {});

export const unsupportedMediaType = (message: string): ApiError =>
  new ApiError(415, "UnsupportedMediaType", message, {});

export const expired = (message: string): ApiError => new ApiError(410, "Expired", message);

/** A JSON patch whose operation does not apply (a failed `test` among them), as handlers/patch.go answers it. */
export const unprocessable = (): ApiError =>
  new ApiError(422, "Invalid", "the server rejected our request due to an error in our request", {});

export const tooManyRequests = (message: string, retryAfterSeconds: number, causes?: readonly Cause[]): ApiError =>
  new ApiError(429, "TooManyRequests", message, {
    ...(causes === undefined ? {} : { causes: causes.map(causeJson) }),
    ...(retryAfterSeconds > 0 ? { retryAfterSeconds } : {}),
  });

export const internalError = (message: string): ApiError =>
  new ApiError(500, "InternalError", `Internal error occurred: ${message}`, { causes: [{ message }] });

function causeJson(cause: Cause): Json {
  const full = { reason: cause.reason, message: cause.message, field: cause.field };
  return cause.field === "" ? { reason: full.reason, message: full.message } : full;
}

/** One thing wrong with one field; `invalid` gathers them. */
export interface FieldError {
  readonly reason:
    | "FieldValueInvalid"
    | "FieldValueNotFound"
    | "FieldValueRequired"
    | "FieldValueNotSupported"
    | "FieldValueForbidden"
    | "FieldValueDuplicate"
    | "FieldValueTypeInvalid"
    | "FieldValueTooLong";
  readonly field: string;
  readonly message: string;
}

export const required = (field: string, detail = ""): FieldError => ({
  reason: "FieldValueRequired",
  field,
  message: detail === "" ? "Required value" : `Required value: ${detail}`,
});

export const wrongValue = (field: string, value: Json | undefined, detail: string): FieldError => ({
  reason: "FieldValueInvalid",
  field,
  message: `Invalid value: ${JSON.stringify(value ?? null)}: ${detail}`,
});

export const notSupported = (field: string, value: string, supported: readonly string[]): FieldError => ({
  reason: "FieldValueNotSupported",
  field,
  message: `Unsupported value: "${value}": supported values: ${[...supported]
    .sort()
    .map((one) => `"${one}"`)
    .join(", ")}`,
});

/** 422 with one cause per wrong field; `kind` is the Kind, not the resource. */
export function invalid(group: string, kind: string, name: string, errors: readonly FieldError[]): ApiError {
  const lines = [...new Set(errors.map((error) => `${error.field}: ${error.message}`))];
  const subject = group === "" ? kind : `${kind}.${group}`;
  const text = lines.length === 1 ? (lines[0] ?? "") : `[${lines.join(", ")}]`;
  return new ApiError(422, "Invalid", `${subject} "${name}" is invalid: ${text}`, {
    ...(name === "" ? {} : { name }),
    ...(group === "" ? {} : { group }),
    ...(kind === "" ? {} : { kind }),
    causes: errors.map((error) => ({ reason: error.reason, message: error.message, field: error.field })),
  });
}
