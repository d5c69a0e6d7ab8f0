// GET of one object and of lists: selectors, pages, and the version a list was taken at.
import { type Answer, type Backend, type Call, json } from "../call.ts";
import type { JsonObject } from "../json.ts";
import { apiVersionOf } from "../kinds.ts";
import type { KubeObject } from "../object.ts";
import { represent } from "../represent.ts";
import { fieldSelector, labelSelector, type Matches } from "../selectors.ts";
import { ApiError, badRequest } from "../status.ts";
import { inVersion } from "../write-rules.ts";

export function get(backend: Backend, call: Call): Answer {
  const object = backend.registry.get(call.kind, call.path);
  return json(represent(call, backend.registry, { kind: "one", object }));
}

/** Whether an object is in the namespace and matches both selectors of the query. */
export function selection(call: Call): Matches {
  const byLabel = labelSelector(call.query.get("labelSelector") ?? "");
  const byField = fieldSelector(call.query.get("fieldSelector") ?? "", call.kind);
  const { name } = call.path;
  return (object) => (name === "" || object.metadata.name === name) && byLabel(object) && byField(object);
}

interface Page {
  readonly revision: number;
  readonly items: readonly KubeObject[];
}

/** What is left of lists that were read in pages, by continue token. */
const pages = new WeakMap<Backend, Map<string, Page>>();
const KEPT_PAGES = 200;

function pagesOf(backend: Backend): Map<string, Page> {
  const found = pages.get(backend) ?? new Map<string, Page>();
  pages.set(backend, found);
  return found;
}

const TOO_OLD =
  "The provided continue parameter is too old to display a consistent list result. You can start a new list without " +
  "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. " +
  "Continuing with the provided token results in an inconsistent list - objects that were created, modified, or " +
  "deleted between the time the first chunk was returned and now may show up in the list.";

export function list(backend: Backend, call: Call): Answer {
  const token = call.query.get("continue") ?? "";
  const { storage } = backend.registry;
  const page = token === "" ? firstPage(backend, call) : nextPage(backend, token);
  if (token !== "" && page.revision < storage.compacted) throw new ApiError(410, "Expired", TOO_OLD);
  const limit = Number(call.query.get("limit") ?? "0");
  const isCut = limit > 0 && page.items.length > limit;
  const items = isCut ? page.items.slice(0, limit) : page.items;
  const metadata: JsonObject = { resourceVersion: String(page.revision) };
  if (isCut) {
    metadata.continue = keepPage(backend, { revision: page.revision, items: page.items.slice(limit) });
    if (!call.query.has("labelSelector") && !call.query.has("fieldSelector"))
      metadata.remainingItemCount = page.items.length - limit;
  }
  return json(represent(call, backend.registry, { kind: "list", items, metadata }));
}

function firstPage(backend: Backend, call: Call): Page {
  const { storage } = backend.registry;
  checkVersion(call, storage.revision);
  const matches = selection(call);
  const items = storage
    .list(call.kind.storedAs, call.path.namespace)
    .map((object) => inVersion(object, call.kind))
    .filter(matches);
  return { revision: storage.revision, items };
}

function checkVersion(call: Call, revision: number): void {
  const asked = call.query.get("resourceVersion") ?? "";
  if (asked === "" || asked === "0") return;
  const wanted = Number(asked);
  if (!Number.isInteger(wanted))
    throw badRequest(
      `invalid resource version: resourceVersion: Invalid value: "${asked}": strconv.ParseUint: parsing "${asked}": invalid syntax`,
    );
  if (wanted > revision)
    throw new ApiError(504, "Timeout", `Timeout: Too large resource version: ${wanted}, current: ${revision}`, {
      causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
      retryAfterSeconds: 1,
    });
}

function nextPage(backend: Backend, token: string): Page {
  const found = pagesOf(backend).get(token);
  if (found === undefined) throw badRequest(`continue key is not valid: ${token}`);
  return found;
}

function keepPage(backend: Backend, page: Page): string {
  const kept = pagesOf(backend);
  const last = page.items[0]?.metadata;
  const token = Buffer.from(
    JSON.stringify({
      v: "meta.k8s.io/v1",
      rv: page.revision,
      start: `${last?.namespace ?? ""}/${last?.name ?? ""}`,
      n: kept.size,
    }),
  ).toString("base64url");
  kept.set(token, page);
  const oldest = kept.keys().next().value;
  if (kept.size > KEPT_PAGES && oldest !== undefined) kept.delete(oldest);
  return token;
}

/** The kind of a list of the kind. */
export const listKind = (call: Pick<Call, "kind">): JsonObject => ({
  kind: `${call.kind.kind}List`,
  apiVersion: apiVersionOf(call.kind),
});
