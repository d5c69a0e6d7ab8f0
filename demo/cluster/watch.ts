// Watches: streams of changes from a resourceVersion on, with bookmarks, and the ways they end.
import type { ServerResponse } from "node:http";
import type { Call } from "./call.ts";
import { selection } from "./endpoints/read.ts";
import type { JsonObject } from "./json.ts";
import { apiVersionOf } from "./kinds.ts";
import type { KubeObject } from "./object.ts";
import type { Registry } from "./registry.ts";
import { formOf, represent } from "./represent.ts";
import { isYes } from "./request.ts";
import type { Matches } from "./selectors.ts";
import { ApiError, badRequest, expired } from "./status.ts";
import type { StoreEvent } from "./storage.ts";
import { inVersion } from "./write-rules.ts";

/** What the server's cacher sends when nothing else happens. */
const BOOKMARK_EVERY_MS = 60_000;
const LONGEST_MS = 45 * 60_000;

interface Watch {
  readonly call: Call;
  readonly end: () => void;
}

/** The open watches of a server. */
export class Watchers {
  readonly #registry: Registry;
  readonly #open = new Set<Watch>();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  get count(): number {
    return this.#open.size;
  }

  /** Starts streaming to the response; a version that is too old is answered with an ERROR event, as the real one does. */
  open(call: Call): void {
    const { response } = call;
    const matches = selection(call);
    const missed = this.#missed(call, matches);
    response.writeHead(200, { "Content-Type": "application/json" });
    response.flushHeaders();
    if (missed instanceof ApiError) {
      send(response, "ERROR", missed.status);
      response.end();
      return;
    }
    for (const { type, object } of missed) this.#sendObject(call, type, object);
    this.#sendInitialEnd(call);
    this.#follow(call, matches);
  }

  #follow(call: Call, matches: Matches): void {
    const { storage, timeline } = this.#registry;
    const stopListening = storage.onChange((event) => {
      if (event.resource === call.kind.storedAs) this.#pass(call, matches, event);
    });
    const seconds = Number(call.query.get("timeoutSeconds") ?? "0");
    const timers = [timeline.after(seconds > 0 ? seconds * 1000 : LONGEST_MS, () => watch.end())];
    const bookmark = (): void => {
      this.#bookmark(call, {});
      timers[1] = timeline.after(BOOKMARK_EVERY_MS, bookmark);
    };
    if (isYes(call.query.get("allowWatchBookmarks"))) timers[1] = timeline.after(BOOKMARK_EVERY_MS, bookmark);
    const forget = (): void => {
      stopListening();
      for (const stop of timers) stop();
      this.#open.delete(watch);
    };
    const watch: Watch = {
      call,
      end: () => {
        forget();
        call.response.end();
      },
    };
    this.#open.add(watch);
    call.response.on("close", forget);
  }

  #missed(call: Call, matches: Matches): readonly { type: string; object: KubeObject }[] | ApiError {
    const { storage } = this.#registry;
    const asked = call.query.get("resourceVersion") ?? "";
    const wantsInitial = isYes(call.query.get("sendInitialEvents"));
    if (asked !== "" && !/^\d+$/.test(asked)) throw badRequest(`invalid resource version: ${asked}`);
    const forbidsInitial = call.query.get("sendInitialEvents") === "false";
    if (wantsInitial || ((asked === "" || asked === "0") && !forbidsInitial))
      return storage
        .list(call.kind.storedAs, call.path.namespace)
        .map((object) => inVersion(object, call.kind))
        .filter(matches)
        .map((object) => ({ type: "ADDED", object }));
    if (asked === "" || asked === "0") return [];
    try {
      return storage
        .since(Number(asked))
        .filter((event) => event.resource === call.kind.storedAs)
        .flatMap((event) => changeFor(call, matches, event));
    } catch (error) {
      if (error instanceof ApiError) return error;
      throw error;
    }
  }

  #sendInitialEnd(call: Call): void {
    if (!isYes(call.query.get("sendInitialEvents"))) return;
    this.#bookmark(call, { annotations: { "k8s.io/initial-events-end": "true" } });
  }

  #bookmark(call: Call, metadata: JsonObject): void {
    const { kind } = call;
    const resourceVersion = String(this.#registry.storage.revision);
    const mark = { kind: kind.kind, apiVersion: apiVersionOf(kind), metadata: { resourceVersion, ...metadata } };
    send(call.response, "BOOKMARK", mark);
  }

  #pass(call: Call, matches: Matches, event: StoreEvent): void {
    for (const { type, object } of changeFor(call, matches, event)) this.#sendObject(call, type, object);
  }

  #sendObject(call: Call, type: string, object: KubeObject): void {
    const body = represent(call, this.#registry, { kind: "one", object });
    const typed =
      formOf(call.accept) === "object" ? { kind: object.kind, apiVersion: object.apiVersion, ...body } : body;
    send(call.response, type, typed);
  }

  /** Ends every open watch, or those that match, as a restarting server does. */
  closeAll(matches: (call: Call) => boolean = () => true): void {
    for (const watch of [...this.#open]) if (matches(watch.call)) watch.end();
  }

  /** Cuts the connections without an end, as a failing network does. */
  dropAll(): void {
    for (const watch of [...this.#open]) watch.call.response.destroy();
  }

  /** Sends every open watch the 410 it gets when its version was compacted away, and ends it. */
  expireAll(): void {
    const { storage } = this.#registry;
    for (const watch of [...this.#open]) {
      send(
        watch.call.response,
        "ERROR",
        expired(`too old resource version: ${storage.compacted} (${storage.revision})`).status,
      );
      watch.end();
    }
  }
}

function changeFor(call: Call, matches: Matches, event: StoreEvent): readonly { type: string; object: KubeObject }[] {
  const inNamespace = (object: KubeObject): boolean =>
    call.path.namespace === "" || call.kind.namespaced === false || object.metadata.namespace === call.path.namespace;
  const object = inVersion(event.object, call.kind);
  const is = event.type !== "DELETED" && inNamespace(object) && matches(object);
  const before = event.previous === undefined ? undefined : inVersion(event.previous, call.kind);
  const was = before !== undefined && inNamespace(before) && matches(before);
  if (is) return [{ type: was ? "MODIFIED" : "ADDED", object }];
  if (!was) return [];
  // What left the selection is shown as it was, with the version of the change.
  if (event.type === "DELETED") return [{ type: "DELETED", object }];
  const left = { ...before, metadata: { ...before.metadata, resourceVersion: String(event.revision) } };
  return [{ type: "DELETED", object: left }];
}

function send(response: ServerResponse, type: string, object: JsonObject): void {
  if (!response.writableEnded) response.write(`${JSON.stringify({ type, object })}\n`);
}
