// The app's manifest says what the code uses: scopes, events, command, shortcuts; and Slack's schema takes it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import type { Json } from "../../../src/core/json.ts";
import { at, listAt, textAt } from "../../../src/core/json.ts";
import { shortcuts } from "../../../src/integrations/slack/receive/decode.ts";
import { botScopes, events, methods } from "../../../src/integrations/slack/scopes.ts";

const read = (path: string): Json => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8")) as Json;
const manifest = read("../../../manifest.json");

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats.default(ajv);
const isValid = ajv.compile(read("./manifest.schema.2.0.0.json") as object);

describe("manifest.json", () => {
  it("is valid by Slack's schema", () => {
    assert.equal(isValid(manifest), true, JSON.stringify(isValid.errors));
  });

  it("asks for exactly the scopes of the methods, events and surfaces that are used", () => {
    assert.deepEqual(listAt(manifest, "oauth_config", "scopes", "bot"), botScopes());
    assert.equal(at(manifest, "oauth_config", "scopes", "user"), undefined);
  });

  it("takes what the docs of signing in add to it", () => {
    const docs = readFileSync(new URL("../../../docs/signing-in.md", import.meta.url), "utf8");
    const added = JSON.parse(/```json\n([\s\S]*?)```/.exec(docs)?.[1] ?? "null") as Json;
    assert.deepEqual(listAt(added, "oauth_config", "scopes", "user"), ["openid", "profile"]);
    assert.deepEqual(listAt(added, "oauth_config", "redirect_urls"), ["https://ops.example.com/login/slack/callback"]);
    const whole = structuredClone(manifest) as { oauth_config: { scopes: object } };
    const more = added as { oauth_config: { redirect_urls: string[]; scopes: object } };
    whole.oauth_config = {
      ...more.oauth_config,
      scopes: { ...whole.oauth_config.scopes, ...more.oauth_config.scopes },
    };
    assert.equal(isValid(whole), true, JSON.stringify(isValid.errors));
  });

  it("subscribes to exactly the events that are handled", () => {
    assert.deepEqual(listAt(manifest, "settings", "event_subscriptions", "bot_events"), Object.keys(events));
  });

  it("has the command with escaping on, both shortcuts, App Home, interactivity and Socket Mode; no wider install", () => {
    const [command] = listAt(manifest, "features", "slash_commands");
    assert.equal(textAt(command, "command"), "/ops");
    assert.equal(at(command, "should_escape"), true);
    const ids = listAt(manifest, "features", "shortcuts").map((one) => [
      textAt(one, "callback_id"),
      textAt(one, "type"),
    ]);
    assert.deepEqual(ids, [
      [shortcuts.applyMessage, "message"],
      [shortcuts.newRequest, "global"],
    ]);
    assert.equal(at(manifest, "features", "app_home", "home_tab_enabled"), true);
    assert.equal(at(manifest, "features", "app_home", "messages_tab_read_only_enabled"), false);
    assert.equal(at(manifest, "settings", "interactivity", "is_enabled"), true);
    assert.equal(at(manifest, "settings", "socket_mode_enabled"), true);
    assert.equal(at(manifest, "settings", "org_deploy_enabled"), false);
  });

  it("no method is in the table that the code does not name", () => {
    const folder = new URL("../../../src/integrations/slack/", import.meta.url);
    const sources = [
      "clients",
      "home",
      "directory",
      "files",
      "direct-channels",
      "receive/answer",
      "receive/submission",
      "receive/home-tab",
      "outbox/send",
      "outbox/run",
      "outbox/after-failure",
    ]
      .map((name) => readFileSync(new URL(`${name}.ts`, folder), "utf8"))
      .join("\n");
    const unused = Object.keys(methods).filter(
      (method) => method !== "apps.connections.open" && !sources.includes(`"${method}"`),
    );
    assert.deepEqual(unused, []);
  });
});
