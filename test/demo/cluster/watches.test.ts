// Watches: what they send, in which order, and how they end.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { asString, at, type JsonObject } from "../../../demo/cluster/json.ts";
import { type Fixture, startFixture } from "./fixture.ts";

let on: Fixture;
before(async () => {
  on = await startFixture();
});
after(() => on.cluster.stop());

interface Watching {
  /** The next event; undefined at the end of the stream. */
  next(): Promise<JsonObject | undefined>;
  close(): void;
}

async function watch(query: string): Promise<Watching> {
  const abort = new AbortController();
  const url = `${on.cluster.url}/api/v1/namespaces/shop/configmaps?watch=1&${query}`;
  const response = await fetch(url, { headers: { authorization: "Bearer admin" }, signal: abort.signal });
  const reader = response.body?.getReader();
  let text = "";
  return {
    async next() {
      while (!text.includes("\n")) {
        const part = await reader?.read();
        if (part === undefined || part.done) return undefined;
        text += Buffer.from(part.value).toString();
      }
      const line = text.slice(0, text.indexOf("\n"));
      text = text.slice(line.length + 1);
      return JSON.parse(line) as JsonObject;
    },
    close: () => abort.abort(),
  };
}

const put = (name: string, labels: Record<string, string>, data = "1"): string => {
  const metadata = { name, namespace: "shop", labels };
  return asString(
    on.cluster.objects.put({ apiVersion: "v1", kind: "ConfigMap", metadata, data: { data } }).metadata.resourceVersion,
  );
};
const short = (event: JsonObject | undefined): readonly unknown[] => [
  event?.type,
  at(event, "object", "metadata", "name"),
];

test("a watch tells what happened after its version, in order", async () => {
  const version = put("seen", { w: "a" });
  put("one", { w: "a" });
  const events = await watch(`resourceVersion=${version}&labelSelector=w%3Da`);
  put("one", { w: "a" }, "2");
  on.cluster.objects.delete({ kind: "ConfigMap", namespace: "shop", name: "one" });
  const all = [short(await events.next()), short(await events.next()), short(await events.next())];
  assert.deepEqual(all, [
    ["ADDED", "one"],
    ["MODIFIED", "one"],
    ["DELETED", "one"],
  ]);
  events.close();
});

test("a watch without a version begins with what there is", async () => {
  put("there", { w: "b" });
  const events = await watch("labelSelector=w%3Db");
  assert.deepEqual(short(await events.next()), ["ADDED", "there"]);
  events.close();
});

test("what no longer matches the selector is DELETED, what begins to is ADDED", async () => {
  const version = put("moving", { w: "c" });
  const events = await watch(`resourceVersion=${version}&labelSelector=w%3Dc`);
  put("moving", { w: "d" });
  put("moving", { w: "c" });
  const gone = await events.next();
  assert.deepEqual(short(gone), ["DELETED", "moving"]);
  assert.equal(at(gone, "object", "metadata", "labels", "w"), "c", "as it was when it matched");
  assert.deepEqual(short(await events.next()), ["ADDED", "moving"]);
  events.close();
});

test("a version that is no longer kept is an ERROR event with 410", async () => {
  const version = put("old", { w: "e" });
  put("old", { w: "e" }, "2");
  on.cluster.expireVersions();
  const events = await watch(`resourceVersion=${version}`);
  const error = await events.next();
  assert.deepEqual(
    [error?.type, at(error, "object", "code"), at(error, "object", "reason")],
    ["ERROR", 410, "Expired"],
  );
  assert.equal(await events.next(), undefined);
});

test("bookmarks carry the current version when they are asked for", async () => {
  const version = put("marked", { w: "f" });
  const events = await watch(`resourceVersion=${version}&allowWatchBookmarks=true&labelSelector=w%3Df`);
  const later = put("elsewhere", { w: "g" });
  on.cluster.advance(60_000);
  const mark = await events.next();
  assert.equal(mark?.type, "BOOKMARK");
  assert.ok(Number(at(mark, "object", "metadata", "resourceVersion")) >= Number(later));
  events.close();
});

test("sendInitialEvents ends the initial events with a marked bookmark", async () => {
  put("initial", { w: "h" });
  const events = await watch(
    "labelSelector=w%3Dh&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true",
  );
  assert.deepEqual(short(await events.next()), ["ADDED", "initial"]);
  assert.equal(at(await events.next(), "object", "metadata", "annotations", "k8s.io/initial-events-end"), "true");
  events.close();
});

test("a watch ends after timeoutSeconds, when it is closed, and with its connection", async () => {
  const version = put("ending", { w: "i" });
  const timed = await watch(`resourceVersion=${version}&timeoutSeconds=30`);
  const closed = await watch(`resourceVersion=${version}&timeoutSeconds=300`);
  on.cluster.advance(30_000);
  assert.equal(await timed.next(), undefined);
  on.cluster.closeWatches();
  assert.equal(await closed.next(), undefined);
  const dropped = await watch(`resourceVersion=${version}`);
  on.cluster.dropWatches();
  await assert.rejects(dropped.next());
});
