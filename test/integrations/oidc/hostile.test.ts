// T27: every wrong answer of an OpenID Provider is refused by name, and an honest one among them is taken.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import {
  encoded,
  type HostileProvider,
  hmacWithPublicKey,
  json,
  jwkOf,
  type Lie,
  newKey,
  newWeakKey,
  signature,
  startHostileProvider,
} from "./hostile-provider.ts";
import {
  accepted,
  type Bench,
  newSecrets,
  openBench,
  providerAt,
  redirectUri,
  refusal,
  signIn,
  visit,
} from "./visits.ts";

let bench: Bench;
before(async () => {
  bench = await openBench();
});
after(async () => await bench.hostile.stop());
beforeEach(() => bench.hostile.lie({}));

const claim = (name: string, value: JsonObject[string] | undefined): Lie => ({
  claims: ({ [name]: _, ...others }) => (value === undefined ? others : { ...others, [name]: value }),
});
const seconds = (): number => Math.floor(bench.clock.now() / 1000);
const shifted = (name: string, by: number): Lie => ({ claims: (honest) => ({ ...honest, [name]: seconds() + by }) });
const unpublished = newKey("first");
const text = (type: string, body: string): Lie["answer"] => ({
  "/token": (response) => void response.writeHead(200, { "content-type": type }).end(body),
});

/** What the provider gets wrong → how the refusal names it. */
const table: readonly (readonly [string, () => Lie, RegExp])[] = [
  ["iss of another", () => claim("iss", "https://other.example"), /whose "iss" is not right/],
  ["iss that differs by a slash", () => claim("iss", `${bench.hostile.issuer}/`), /whose "iss" is not right/],
  ["no iss", () => claim("iss", undefined), /without "iss"/],
  ["iss that is a number", () => claim("iss", 7), /whose "iss" is not right/],
  ["aud of another client", () => claim("aud", "grafana"), /whose "aud" is not right/],
  ["aud that only begins so", () => claim("aud", "countersign2"), /whose "aud" is not right/],
  ["no aud", () => claim("aud", undefined), /without "aud"/],
  ["an empty aud", () => claim("aud", []), /whose "aud" is not right/],
  ["several aud without azp", () => claim("aud", ["countersign", "grafana"]), /whose "aud" is not right/],
  [
    "several aud with another azp",
    () => ({ claims: (honest) => ({ ...honest, aud: ["countersign", "grafana"], azp: "grafana" }) }),
    /whose "azp" is not right/,
  ],
  ["one aud with another azp", () => claim("azp", "grafana"), /whose "azp" is another client/],
  ["no sub", () => claim("sub", undefined), /without "sub"/],
  ["an empty sub", () => claim("sub", ""), /whose "sub" names nobody/],
  ["a sub of blanks", () => claim("sub", "  "), /whose "sub" names nobody/],
  ["a sub that is a number", () => claim("sub", 7), /whose "sub" is not right/],
  ["a sub with a line break", () => claim("sub", "ana\nben"), /whose "sub" names nobody/],
  ["a sub of 256 letters", () => claim("sub", "a".repeat(256)), /whose "sub" names nobody/],
  ["no iat", () => claim("iat", undefined), /without "iat"/],
  ["iat in the future", () => shifted("iat", 120), /whose "iat" lies in the future/],
  ["iat long ago", () => shifted("iat", -3_600), /whose "iat" is too long ago/],
  ["iat that is text", () => claim("iat", "now"), /whose "iat" is not right/],
  ["no exp", () => claim("exp", undefined), /without "exp"/],
  ["exp that is over", () => shifted("exp", -60), /whose "exp" is not right/],
  ["exp that is text", () => claim("exp", "never"), /whose "exp" is not right/],
  ["nbf to come", () => shifted("nbf", 120), /whose "nbf" is not right/],
  ["no nonce", () => claim("nonce", undefined), /without "nonce"/],
  ["an empty nonce", () => claim("nonce", ""), /whose "nonce" is not right/],
  ["another nonce", () => claim("nonce", newSecrets().nonce), /whose "nonce" is not right/],
  ["a nonce that is a list", () => claim("nonce", ["a"]), /whose "nonce" is not right/],
  [
    "a wrong at_hash",
    () => claim("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"),
    /whose "at_hash" is not that of the access token/,
  ],
  ["at_hash that is a number", () => claim("at_hash", 7), /whose "at_hash" is not that of the access token/],
  ["alg none", () => ({ header: () => ({ alg: "none" }), sign: () => "" }), /not signed as agreed \(alg\)/],
  ["alg None", () => ({ header: () => ({ alg: "None" }), sign: () => "" }), /not signed as agreed \(alg\)/],
  ["no alg", () => ({ header: () => ({ typ: "JWT" }) }), /not signed as agreed \(alg\)/],
  [
    "HS256 with the public key",
    () => ({
      header: (honest) => ({ ...honest, alg: "HS256" }),
      sign: (input, key) => hmacWithPublicKey(key, input),
    }),
    /not signed as agreed \(alg\)/,
  ],
  ["another algorithm", () => ({ header: (honest) => ({ ...honest, alg: "PS256" }) }), /not signed as agreed \(alg\)/],
  ["no signature", () => ({ sign: () => "" }), /whose signature is wrong/],
  ["a signature over something else", () => ({ sign: (_, key) => signature(key, "else") }), /whose signature is wrong/],
  [
    "a key that is not published",
    () => ({ sign: (input) => signature(unpublished, input) }),
    /whose signature is wrong/,
  ],
  ["an unknown kid", () => ({ header: (honest) => ({ ...honest, kid: "nobody's" }) }), /none of its published keys/],
  [
    "its own key in the header",
    () => ({
      header: (honest) => ({ ...honest, jwk: unpublished.publicKey.export({ format: "jwk" }) as JsonObject }),
      sign: (input) => signature(unpublished, input),
    }),
    /whose signature is wrong/,
  ],
  ["a critical header", () => ({ header: (honest) => ({ ...honest, crit: ["exp"] }) }), /critical header/],
  ["an encrypted token", () => ({ token: (body) => ({ ...body, id_token: "a.b.c.d.e" }) }), /that is encrypted/],
  ["a token of two parts", () => ({ token: (body) => ({ ...body, id_token: "a.b" }) }), /cannot be read/],
  [
    "a token whose claims are a list",
    () => ({ token: (body) => ({ ...body, id_token: `${encoded({ alg: "RS256" })}.${encoded([])}.AA` }) }),
    /cannot be read/,
  ],
  ["no ID token", () => ({ token: ({ id_token: _, ...body }) => body }), /sent no ID token/],
  ["no access token", () => ({ token: ({ access_token: _, ...body }) => body }), /cannot be read/],
  ["token_type mac", () => ({ token: (body) => ({ ...body, token_type: "mac" }) }), /another type than Bearer/],
  ["token_type DPoP", () => ({ token: (body) => ({ ...body, token_type: "DPoP" }) }), /another type than Bearer/],
  ["no token_type", () => ({ token: ({ token_type: _, ...body }) => body }), /cannot be read/],
  ["groups that are no list", () => claim("groups", { platform: true }), /whose "groups" is not a list of groups/],
  ["a group that is a number", () => claim("groups", ["platform", 7]), /whose "groups" is not a list of groups/],
  [
    "groups that lie elsewhere",
    () => ({ claims: ({ groups: _, ...others }) => ({ ...others, _claim_names: { groups: "src1" } }) }),
    /leaves out "groups"/,
  ],
  ["a page in place of a token", () => ({ answer: text("text/html", "<html>") ?? {} }), /cannot be read/],
  ["half an answer", () => ({ answer: text("application/json", '{"access_token":') ?? {} }), /cannot be read/],
  [
    "another iss in the response",
    () => ({ back: (back) => back.set("iss", "https://other.example") }),
    /whose "iss" is not its own/,
  ],
  ["no iss in the response", () => ({ back: (back) => back.delete("iss") }), /whose "iss" is not its own/],
  [
    "two iss in the response",
    () => ({ back: (back) => back.append("iss", "https://other.example") }),
    /form that was not asked for/,
  ],
  [
    "another state",
    () => ({ back: (back) => back.set("state", newSecrets().state) }),
    /whose "state" is not of this sign-in/,
  ],
  ["no state", () => ({ back: (back) => back.delete("state") }), /whose "state" is not of this sign-in/],
  ["two states", () => ({ back: (back) => back.append("state", "x") }), /form that was not asked for/],
  ["no code", () => ({ back: (back) => back.delete("code") }), /without a code/],
  ["a code that it never gave", () => ({ back: (back) => back.set("code", "guessed") }), /invalid_grant/],
  ["two codes", () => ({ back: (back) => back.append("code", "x") }), /form that was not asked for/],
  ["tokens in the address", () => ({ back: (back) => back.set("id_token", "x") }), /form that was not asked for/],
];

for (const [what, lie, named] of table) {
  test(`T27: refused, and said why: ${what}`, async () => {
    bench.hostile.lie(lie());
    const { code, message } = refusal(await signIn(bench.provider));
    assert.equal(code, "sign-in-refused");
    assert.match(message, named);
    bench.hostile.lie({});
    accepted(await signIn(bench.provider));
  });
}

test("an honest provider is taken, with several audiences when azp is ours", async () => {
  const { issuer } = bench.hostile;
  const who = accepted(await signIn(bench.provider));
  assert.deepEqual(who, {
    issuer,
    subject: "ana",
    authenticatedAt: bench.clock.now(),
    acr: null,
    amr: [],
    claims: {},
    groups: ["platform"],
    name: "Ana Ortiz",
    slack: null,
  });
  bench.hostile.lie({ claims: (honest) => ({ ...honest, aud: ["countersign", "grafana"], azp: "countersign" }) });
  accepted(await signIn(bench.provider));
  bench.hostile.lie(claim("at_hash", undefined));
  accepted(await signIn(bench.provider));
});

for (const algorithm of ["RS256", "PS256", "ES256", "EdDSA"] as const) {
  test(`T27: ${algorithm} is taken where it is configured, and nothing else is`, async () => {
    const own = await openBench({ algorithm });
    try {
      accepted(await signIn(own.provider));
      own.hostile.publish(newKey("other", algorithm === "RS256" ? "ES256" : "RS256"));
      assert.match(refusal(await signIn(own.provider)).message, /not signed as agreed \(alg\)/);
    } finally {
      await own.hostile.stop();
    }
  });
}

test("T27: several keys need a kid; with one, a token without kid is taken", async () => {
  const own = await openBench();
  try {
    own.hostile.lie({ header: ({ kid: _, ...header }) => header });
    accepted(await signIn(own.provider));
    own.hostile.publish(newKey("second"), newKey("third"));
    const fresh = providerAt(own.hostile, own.clock);
    assert.match(refusal(await signIn(fresh)).message, /which of its keys signed it \(kid\)/);
    own.hostile.lie({});
    accepted(await signIn(fresh));
  } finally {
    await own.hostile.stop();
  }
});

test("T27: rotated keys are asked for once and taken; the old key is not taken any more", async () => {
  const old = newKey("old");
  const own = await openBench();
  const keyCalls = () => own.hostile.calls.filter((path) => path === "/keys").length;
  try {
    own.hostile.publish(old);
    accepted(await signIn(own.provider));
    accepted(await signIn(own.provider));
    assert.equal(keyCalls(), 1);
    own.hostile.publish(newKey("new"));
    accepted(await signIn(own.provider));
    assert.equal(keyCalls(), 2);
    own.hostile.signWith(old);
    assert.match(refusal(await signIn(own.provider)).message, /none of its published keys/);
    assert.equal(keyCalls(), 3);
  } finally {
    await own.hostile.stop();
  }
});

test("T27: a withdrawn key is taken for three minutes at most", async () => {
  const own = await openBench();
  try {
    const withdrawn = newKey("withdrawn");
    own.hostile.publish(withdrawn);
    accepted(await signIn(own.provider));
    own.hostile.publish(newKey("new"));
    own.hostile.signWith(withdrawn);
    own.clock.advance(180_000);
    assert.match(refusal(await signIn(own.provider)).message, /none of its published keys/);
  } finally {
    await own.hostile.stop();
  }
});

test("T27: a code, state and nonce count once, and only with each other", async () => {
  const { provider } = bench;
  const [mine, others] = [newSecrets(), newSecrets()];
  const back = await visit(await provider.begin(mine, redirectUri, {}));
  const mixed = [
    { secrets: others, named: /"state" is not of this sign-in/ },
    { secrets: { ...mine, nonce: others.nonce }, named: /whose "nonce" is not right/ },
    { secrets: { ...mine, codeVerifier: others.codeVerifier }, named: /does not take the code/ },
  ];
  for (const { secrets, named } of mixed) {
    const visited = await visit(await provider.begin(mine, redirectUri, {}));
    assert.match(refusal(await provider.finish(visited, secrets, redirectUri, {})).message, named);
  }
  accepted(await provider.finish(back, mine, redirectUri, {}));
  const second = refusal(await provider.finish(back, mine, redirectUri, {}));
  assert.match(second.message, /was used before.*\(invalid_grant\)/);
});

test("T27: a code for another address of ours is refused", async () => {
  const { provider } = bench;
  const secrets = newSecrets();
  const back = await visit(await provider.begin(secrets, redirectUri, {}));
  const elsewhere = "https://bot.example/other";
  assert.match(refusal(await provider.finish(back, secrets, elsewhere, {})).message, /does not take the code/);
});

test("T27: an ID token of an earlier sign-in is refused in a later one", async () => {
  let recorded: JsonObject = {};
  bench.hostile.lie({ token: (body) => (recorded = body) });
  accepted(await signIn(bench.provider));
  const replayed = recorded;
  bench.hostile.lie({ token: () => replayed });
  assert.match(refusal(await signIn(bench.provider)).message, /whose "nonce" is not right/);
});

test("T27: mix-up: the answer of one provider is not taken for another's, with iss in the response and without", async () => {
  const evil: HostileProvider = await startHostileProvider({ now: () => bench.clock.now() });
  try {
    const secrets = newSecrets();
    // The person chose the honest one; the attacker's answer comes back in its place (RFC 9207, section 1).
    const atEvil = providerAt(evil, bench.clock);
    const back = await visit(await atEvil.begin(secrets, redirectUri, {}));
    assert.match(refusal(await bench.provider.finish(back, secrets, redirectUri, {})).message, /"iss" is not its own/);
    back.searchParams.delete("iss");
    assert.match(refusal(await bench.provider.finish(back, secrets, redirectUri, {})).message, /"iss" is not its own/);

    const silent = (document: JsonObject): JsonObject => ({
      ...document,
      authorization_response_iss_parameter_supported: false,
    });
    bench.hostile.lie({ discovery: silent });
    const unnamed = providerAt(bench.hostile, bench.clock);
    back.searchParams.set("iss", evil.issuer);
    assert.match(refusal(await unnamed.finish(back, secrets, redirectUri, {})).message, /"iss" is not its own/);
    back.searchParams.delete("iss");
    assert.match(refusal(await unnamed.finish(back, secrets, redirectUri, {})).message, /does not take the code/);

    // The evil one hands the honest one's token on: it is signed, but not by the evil one's keys, nor is its iss.
    let stolen: JsonObject = {};
    const loot = newSecrets();
    bench.hostile.lie({ token: (body) => (stolen = body) });
    await bench.provider.finish(await visit(await bench.provider.begin(loot, redirectUri, {})), loot, redirectUri, {});
    evil.lie({ token: () => stolen });
    const evilBack = await visit(await atEvil.begin(loot, redirectUri, {}));
    assert.match(refusal(await atEvil.finish(evilBack, loot, redirectUri, {})).message, /whose "iss" is not right/);
  } finally {
    await evil.stop();
  }
});

const keySets: readonly (readonly [string, JsonObject, RegExp])[] = [
  ["no list", { keys: {} }, /cannot be read/],
  ["no keys at all", { keys: [] }, /none of its published keys/],
  ["a number among them", { keys: [7] }, /cannot be read/],
  ["a key that is cut short", { keys: [{ kty: "RSA", kid: "first", n: "AQ", e: "" }] }, /not right|too weak/],
  ["a key without numbers", { keys: [{ kty: "RSA", kid: "first" }] }, /not right/],
  ["a key with odd operations", { keys: [{ kty: "RSA", kid: "first", key_ops: 7 }] }, /not right/],
  ["a shared secret", { keys: [{ kty: "oct", kid: "first", k: "aHVzaA" }] }, /none of its published keys/],
  ["an encryption key", { keys: [{ ...jwkOf(unpublished), use: "enc" }] }, /none of its published keys/],
];

for (const [what, set, named] of keySets) {
  test(`T27: refused: published keys with ${what}`, async () => {
    bench.hostile.lie({ keys: () => set });
    const { code, message } = refusal(await signIn(providerAt(bench.hostile, bench.clock)));
    assert.equal(code, "sign-in-refused");
    assert.match(message, named);
  });
}

test("T27: a key of 1024 bits is refused, though it is published and signs rightly", async () => {
  const own = await openBench();
  try {
    own.hostile.publish(newWeakKey("weak"));
    assert.match(refusal(await signIn(own.provider)).message, /a key too weak to be taken/);
  } finally {
    await own.hostile.stop();
  }
});

const discoveries: readonly (readonly [string, (honest: JsonObject) => JsonObject, RegExp])[] = [
  ["another issuer", (honest) => ({ ...honest, issuer: "https://other.example" }), /of another issuer/],
  ["an issuer that differs by a slash", (honest) => ({ ...honest, issuer: `${honest.issuer}/` }), /of another issuer/],
  ["no issuer", ({ issuer: _, ...others }) => others, /cannot be read/],
  ["an issuer that is no address", (honest) => ({ ...honest, issuer: "example" }), /cannot be read/],
  ["no keys", ({ jwks_uri: _, ...others }) => others, /whose jwks_uri cannot be used: it is not an address/],
  [
    "plain http keys",
    (honest) => ({ ...honest, jwks_uri: "http://keys.example/k" }),
    /whose jwks_uri .* it is not https/,
  ],
  [
    "a token endpoint in the metadata service",
    (honest) => ({ ...honest, token_endpoint: "http://169.254.169.254/token" }),
    /whose token_endpoint .* it is not https/,
  ],
  [
    "a sign-in page that is a script",
    (honest) => ({ ...honest, authorization_endpoint: "javascript:alert(1)" }),
    /whose authorization_endpoint .* it is not https/,
  ],
  ["keys in a file", (honest) => ({ ...honest, jwks_uri: "file:///etc/passwd" }), /whose jwks_uri .* it is not https/],
  [
    "an address with a password",
    (honest) => ({ ...honest, token_endpoint: "https://a:b@idp.example/" }),
    /user name or password/,
  ],
  [
    "only private_key_jwt",
    (honest) => ({ ...honest, token_endpoint_auth_methods_supported: ["private_key_jwt"] }),
    /takes client secrets in no way/,
  ],
];

for (const [what, discovery, named] of discoveries) {
  test(`T27: discovery is refused with ${what}`, async () => {
    bench.hostile.lie({ discovery });
    const { code, message } = refusal(await signIn(providerAt(bench.hostile, bench.clock)));
    assert.equal(code, "sign-in-unavailable");
    assert.match(message, named);
  });
}

test("discovery is kept for an hour, then asked again; a failure is not kept", async () => {
  const provider = providerAt(bench.hostile, bench.clock);
  const begin = () => provider.begin(newSecrets(), redirectUri, {});
  bench.hostile.lie({ discovery: () => ({}) });
  refusal(await begin());
  bench.hostile.lie({});
  assert.ok((await begin()) instanceof URL);
  bench.hostile.lie({ discovery: (honest) => ({ ...honest, issuer: "https://other.example" }) });
  assert.ok((await begin()) instanceof URL);
  bench.clock.advance(3_600_000);
  refusal(await begin());
});

test("T27: userinfo of another subject is refused; of the same it gives groups and claims", async () => {
  const provider = providerAt(bench.hostile, bench.clock, { asksUserinfo: true, claims: ["department", "missing"] });
  bench.hostile.lie({ claims: ({ groups: _, ...others }) => others });
  const who = accepted(await signIn(provider));
  assert.deepEqual(who.groups, ["platform", "security"]);
  assert.deepEqual(who.claims, { department: "payments" });
  for (const sub of ["ben", "", 7]) {
    bench.hostile.lie({ userinfo: (body) => ({ ...body, sub }) });
    assert.equal(refusal(await signIn(provider)).code, "sign-in-refused");
  }
  bench.hostile.lie({ userinfo: (body) => ({ ...body, sub: "ben" }) });
  assert.match(refusal(await signIn(provider)).message, /another "sub" at its userinfo endpoint/);
});

test("what userinfo says of time and strength counts for nothing", async () => {
  const provider = providerAt(bench.hostile, bench.clock, { asksUserinfo: true });
  bench.hostile.lie({
    claims: ({ auth_time: _, ...others }) => others,
    userinfo: (body) => ({ ...body, auth_time: seconds(), acr: "mfa", amr: ["hwk"] }),
  });
  const stepUp = { maxAgeMs: 60_000, acr: ["mfa"], amr: ["hwk"] };
  assert.match(refusal(await signIn(provider, { stepUp })).message, /does not say when you signed in/);
});

const answers: readonly (readonly [string, string, (response: import("node:http").ServerResponse) => void, RegExp])[] =
  [
    ["no answer at the token endpoint", "/token", () => undefined, /did not answer in time/],
    [
      "an answer that drips",
      "/token",
      (response) => {
        response.writeHead(200, { "content-type": "application/json" });
        const timer = setInterval(() => response.write(" "), 50);
        response.on("close", () => clearInterval(timer));
      },
      /did not answer in time/,
    ],
    ["a cut connection", "/token", (response) => response.destroy(), /did not answer \(/],
    ["an answer without end", "/token", (response) => void response.end("x".repeat(300 * 1024)), /more than 256 KiB/],
    [
      "a redirect of the code",
      "/token",
      (response) => void response.writeHead(307, { location: "/token2" }).end(),
      /redirect, which is never followed/,
    ],
    [
      "a redirect of the keys",
      "/keys",
      (response) => void response.writeHead(302, { location: "/keys2" }).end(),
      /redirect, which is never followed/,
    ],
    [
      "a redirect of discovery",
      "/.well-known/openid-configuration",
      (response) => void response.writeHead(301, { location: "/x" }).end(),
      /redirect, which is never followed/,
    ],
    ["HTTP 503", "/token", (response) => json(response, 503, { error: "server_error" }), /HTTP 503/],
    ["HTTP 429", "/token", (response) => json(response, 429, {}), /HTTP 429/],
    [
      "temporarily_unavailable",
      "/token",
      (response) => json(response, 400, { error: "temporarily_unavailable" }),
      /cannot sign anybody in now/,
    ],
  ];

for (const [what, path, answer, named] of answers) {
  test(`T27: ${what} is "not now", never a sign-in`, async () => {
    // Only what never comes is waited for briefly, so that a slow machine changes no answer.
    const waits = named.source.includes("in time") ? { callMs: 300 } : {};
    const provider = providerAt(bench.hostile, bench.clock, waits);
    bench.hostile.lie({ answer: { [path]: answer } });
    const { code, message } = refusal(await signIn(provider));
    assert.equal(code, "sign-in-unavailable");
    assert.match(message, named);
    assert.ok(!bench.hostile.calls.some((called) => /2$|^\/x$/.test(called)), "the redirect was followed");
  });
}

const errors: readonly (readonly [string, RegExp])[] = [
  ["access_denied", /was told no: somebody declined, or you may not use it \(access_denied\)/],
  ["login_required", /did not sign you in \(login_required\)/],
  ["some_new_error", /answered with some_new_error/],
  ["<script>alert(1)</script>", /answered with an unreadable error/],
  ["__proto__", /answered with an unreadable error/],
];

for (const [error, named] of errors) {
  test(`an error response is refused in our words: ${error}`, async () => {
    bench.hostile.lie({
      back: (back) => {
        back.delete("code");
        back.set("error", error);
        back.set("error_description", "call 555-0100 at once");
      },
    });
    const { code, message } = refusal(await signIn(bench.provider));
    assert.equal(code, "sign-in-refused");
    assert.match(message, named);
    assert.doesNotMatch(message, /555/);
  });
}

test("an error response with another state is refused for its state: nobody else's page may say what happened", async () => {
  bench.hostile.lie({
    back: (back) => {
      back.set("error", "access_denied");
      back.set("state", "x");
    },
  });
  assert.match(refusal(await signIn(bench.provider)).message, /"state" is not of this sign-in/);
});
