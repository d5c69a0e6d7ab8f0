// R21, T5: a step-up is met only by what the ID token itself says, and a refusal names the demand that was not met.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import type { StepUp } from "../../../src/core/policy.ts";
import { accepted, type Bench, newSecrets, openBench, redirectUri, refusal, signIn } from "./visits.ts";

let bench: Bench;
before(async () => {
  bench = await openBench();
});
after(async () => await bench.hostile.stop());

const stepUp: StepUp = { maxAgeMs: 300_000, acr: ["mfa", "hardware"], amr: ["hwk", "pin"] };
const right: JsonObject = { acr: "mfa", amr: ["pwd", "pin", "hwk"] };

/** Claims beside the honest ones; `age` in seconds. */
async function signedIn(claims: JsonObject, age = 0, demands: StepUp = stepUp) {
  const auth_time = Math.floor(bench.clock.now() / 1000) - age;
  bench.hostile.lie({ claims: (honest) => ({ ...honest, auth_time, ...right, ...claims }) });
  return await signIn(bench.provider, { stepUp: demands });
}

test("R21: the demands travel as max_age and acr_values, and not without a step-up", async () => {
  const secrets = newSecrets();
  const address = await bench.provider.begin(secrets, redirectUri, { stepUp, loginHint: "ana@example.com" });
  assert.ok(address instanceof URL);
  assert.deepEqual(Object.fromEntries([...address.searchParams].filter(([name]) => !/^(code_|client)/.test(name))), {
    response_type: "code",
    redirect_uri: redirectUri,
    scope: "openid profile",
    state: secrets.state,
    nonce: secrets.nonce,
    max_age: "300",
    acr_values: "mfa hardware",
    login_hint: "ana@example.com",
  });
  assert.equal(address.searchParams.get("code_challenge_method"), "S256");
  const plain = await bench.provider.begin(secrets, redirectUri, {});
  assert.ok(plain instanceof URL);
  for (const name of ["max_age", "acr_values", "login_hint"]) assert.equal(plain.searchParams.has(name), false, name);
});

test("R21: met: fresh, strong and by every method; the age may be the clocks' difference over", async () => {
  const who = accepted(await signedIn({}));
  assert.deepEqual([who.acr, who.amr, who.authenticatedAt], ["mfa", ["pwd", "pin", "hwk"], bench.clock.now()]);
  accepted(await signedIn({ acr: "hardware" }, 330));
  accepted(await signedIn({}, -30));
  accepted(await signedIn({ acr: undefined as never, amr: [] }, 0, { maxAgeMs: 300_000, acr: [], amr: [] }));
});

const table: readonly (readonly [string, JsonObject, number, RegExp])[] = [
  ["no auth_time", { auth_time: null }, 0, /"auth_time"/],
  ["auth_time that is text", { auth_time: "now" }, 0, /"auth_time"/],
  [
    "a sign-in of long ago",
    {},
    331,
    /The sign-in at Example Corp sign-in was 6 minutes ago, and it may be 5 minutes old at most/,
  ],
  ["a sign-in to come", {}, -31, /signed in in the future/],
  ["no acr", { acr: null }, 0, /had the strength \(acr\) none, and one of "mfa", "hardware" is demanded/],
  ["a weaker acr", { acr: "0" }, 0, /had the strength \(acr\) "0", and one of/],
  ["acr in a list", { acr: ["mfa"] }, 0, /had the strength \(acr\) none/],
  ["no amr", { amr: null }, 0, /without the method \(amr\) "hwk" and "pin", which is demanded/],
  ["one method of two", { amr: ["hwk"] }, 0, /without the method \(amr\) "pin", which is demanded/],
  ["amr as text that holds both", { amr: "hwk pin" }, 0, /without the method \(amr\) "hwk" and "pin"/],
];

for (const [what, claims, age, named] of table) {
  test(`R21: not met: ${what}`, async () => {
    const { code, message, hint } = refusal(await signedIn(claims, age));
    assert.equal(code, "sign-in-refused");
    assert.match(message, named);
    assert.notEqual(hint, "");
  });
}
