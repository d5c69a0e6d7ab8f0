// One authorised request on a resource, and what its query asks for.
import type { ServerResponse } from "node:http";
import type { Tokens, User } from "./authenticate.ts";
import type { Authorizer } from "./authorize.ts";
import { isObject, type JsonObject } from "./json.ts";
import type { Kind } from "./kinds.ts";
import type { PodLogs } from "./pods/log-store.ts";
import type { Registry } from "./registry.ts";
import type { ResourcePath } from "./request.ts";
import { badRequest, type FieldError, invalid, notSupported } from "./status.ts";
import type { Watchers } from "./watch.ts";

export interface Call {
  readonly kind: Kind;
  readonly path: ResourcePath;
  readonly query: URLSearchParams;
  readonly user: User;
  readonly userAgent: string;
  readonly contentType: string;
  readonly accept: string;
  readonly body: string;
  /** Sent as `Warning: 299` headers. */
  readonly warnings: string[];
  readonly response: ServerResponse;
}

/** What the endpoints work with. */
export interface Backend {
  readonly registry: Registry;
  readonly authorizer: Authorizer;
  readonly logs: PodLogs;
  readonly watchers: Watchers;
  readonly tokens: Tokens;
}

/** What an endpoint answers: a body with its code, or a stream it wrote itself. */
export type Answer =
  | { readonly kind: "json"; readonly code: number; readonly body: JsonObject; readonly contentType?: string }
  | { readonly kind: "text"; readonly code: number; readonly body: string }
  | { readonly kind: "streamed" };

export const json = (body: JsonObject, code = 200): Answer => ({ kind: "json", code, body });

/** The manager of a write: as asked, else what stands before the first slash of the user agent. */
export function managerOf(call: Call): string {
  const asked = call.query.get("fieldManager");
  if (asked !== null && asked !== "") return asked;
  return call.userAgent.split("/", 1)[0] || "unknown";
}

/** True for `dryRun=All`; throws 422 for anything else that is not empty. */
export function isDryRun(call: Call, options: JsonObject = {}): boolean {
  const given = [...call.query.getAll("dryRun"), ...(Array.isArray(options.dryRun) ? options.dryRun : [])];
  const wrong = given.find((one) => one !== "All");
  if (wrong === undefined) return given.length > 0;
  const errors: readonly FieldError[] = [notSupported("dryRun", String(wrong), ["All"])];
  throw invalid("meta.k8s.io", optionsKind(call), "", errors);
}

function optionsKind(call: Call): string {
  if (call.contentType.includes("patch")) return "PatchOptions";
  return call.path.name === "" ? "CreateOptions" : "UpdateOptions";
}

export type FieldValidation = "Ignore" | "Warn" | "Strict";

export function fieldValidationOf(call: Call): FieldValidation {
  const asked = call.query.get("fieldValidation") ?? "Warn";
  if (asked === "Ignore" || asked === "Warn" || asked === "Strict") return asked;
  throw invalid("meta.k8s.io", optionsKind(call), "", [
    notSupported("fieldValidation", asked, ["Ignore", "Strict", "Warn"]),
  ]);
}

/** The body as an object; throws 400 for anything else. */
export function bodyObject(call: Call): JsonObject {
  try {
    const parsed = JSON.parse(call.body) as JsonObject;
    if (isObject(parsed)) return parsed;
  } catch (cause) {
    throw badRequest(
      `couldn't get version/kind; json parse error: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  }
  throw badRequest("couldn't get version/kind; json parse error: json: cannot unmarshal into Go value of type struct");
}
