// What the demo's identity provider shows next: a table over sessions, prompts, ages and demanded strengths.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Next, nextOf, type Session, type Visit } from "../../../demo/idp/next.ts";
import { type DirectoryPerson, demoPeople, PASSWORD, SECURITY_KEY } from "../../../demo/idp/people.ts";
import type { AuthorizationRequest } from "../../../demo/idp/request.ts";

const [ana] = demoPeople as readonly [DirectoryPerson];
const now = 1_000_000;
const request: AuthorizationRequest = {
  client: { clientId: "countersign", clientSecret: null, redirectUris: [], name: "Countersign" },
  redirectUri: "https://bot.example/back",
  state: null,
  nonce: null,
  codeChallenge: "",
  scopes: ["openid"],
  prompt: [],
  maxAgeMs: null,
  acrValues: [],
  loginHint: "",
};
const visit = (change: Partial<AuthorizationRequest>, chosen: boolean, startedAt = now): Visit => ({
  request: { ...request, ...change },
  startedAt,
  chosen,
});
const session = (passwordAgo: number, keyAgo: number | null): Session => ({
  person: ana,
  passwordAt: now - passwordAgo,
  keyAt: keyAgo === null ? null : now - keyAgo,
});

const prove: Next = { kind: "choose", mustProve: true };
const proceed: Next = { kind: "choose", mustProve: false };
const touch: Next = { kind: "security-key" };
const error = (code: string): Next => ({ kind: "error", error: code });
const back = (ago: number, acr: string): Next => ({ kind: "back", authenticatedAt: now - ago, acr });
const fresh = { maxAgeMs: 60, acrValues: [SECURITY_KEY] };

const table: readonly (readonly [string, Visit, Session | undefined, Next])[] = [
  ["nobody yet", visit({}, false), undefined, prove],
  ["somebody, not yet chosen on this visit", visit({}, false), session(50, null), proceed],
  ["somebody, chosen", visit({}, true), session(50, null), back(50, PASSWORD)],
  ["somebody, too long ago", visit({ maxAgeMs: 60 }, true), session(61, null), prove],
  ["just young enough", visit({ maxAgeMs: 60 }, true), session(60, null), back(60, PASSWORD)],
  ["prompt=login with an old sign-in", visit({ prompt: ["login"] }, true), session(1, null), prove],
  [
    "prompt=login, signed in on this visit",
    visit({ prompt: ["login"] }, true, now - 5),
    session(3, null),
    back(3, PASSWORD),
  ],
  ["max_age=0, signed in on this visit", visit({ maxAgeMs: 0 }, true, now - 5), session(3, null), back(3, PASSWORD)],
  ["the key is asked for", visit(fresh, true), session(50, null), touch],
  ["the key was touched", visit(fresh, true), session(50, 20), back(50, SECURITY_KEY)],
  ["the key was touched too long ago", visit(fresh, true), session(50, 61), touch],
  ["both too long ago: the password first", visit(fresh, true), session(61, 61), prove],
  ["a strength that nobody here knows", visit({ acrValues: ["urn:other"] }, true), session(1, null), back(1, PASSWORD)],
  [
    "the password is preferred",
    visit({ acrValues: [PASSWORD, SECURITY_KEY] }, true),
    session(1, null),
    back(1, PASSWORD),
  ],
  ["prompt=none without a session", visit({ prompt: ["none"] }, false), undefined, error("login_required")],
  ["prompt=none with one", visit({ prompt: ["none"] }, false), session(1, null), back(1, PASSWORD)],
  [
    "prompt=none where the key is needed",
    visit({ prompt: ["none"], ...fresh }, false),
    session(1, null),
    error("interaction_required"),
  ],
  ["prompt=none and another", visit({ prompt: ["none", "login"] }, false), session(1, null), error("invalid_request")],
];

for (const [what, at, who, next] of table) {
  test(`the demo's identity provider: ${what}`, () => assert.deepEqual(nextOf(at, who, now), next));
}
