// What every identity provider behind the port must do, whoever runs it: the contract of src/core/ports/identity-provider.ts.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import type { StepUp } from "../../src/core/policy.ts";
import type {
  Authentication,
  IdentityProvider,
  SignInDemands,
  SignInSecrets,
} from "../../src/core/ports/identity-provider.ts";
import { isRefusal, type Refusal } from "../../src/core/refusal.ts";

/** The address that the provider under test has registered for the bot; nothing listens there. */
export const redirectUri = "https://bot.example/sign-in/back";

/** One browser with its own cookies. */
export interface TestBrowser {
  /** Signs in as the one person of `expected`, from the bot's address to the address that comes back. */
  visit(address: URL): Promise<URL>;
  /** The person says no. */
  decline(address: URL): Promise<URL>;
}

export interface ContractProvider {
  readonly provider: IdentityProvider;
  readonly expected: Pick<Authentication, "subject" | "name" | "claims" | "groups" | "slack">;
  newBrowser(): TestBrowser;
  close(): Promise<void>;
}

/** Known before it runs, so that no test is there that cannot be. */
export interface Traits {
  readonly name: string;
  /** What a step-up can demand here; null where the provider knows none. */
  readonly stepUp: StepUp | null;
  readonly usesPkce: boolean;
}

export const newSecrets = (): SignInSecrets => {
  const random = (): string => randomBytes(32).toString("base64url");
  return { state: random(), nonce: random(), codeVerifier: random() };
};

export function identityProviderContract(traits: Traits, open: () => Promise<ContractProvider>): void {
  const { name, stepUp, usesPkce } = traits;
  let at: ContractProvider;
  before(async () => {
    at = await open();
  });
  after(async () => await at.close());

  const begin = async (secrets: SignInSecrets, demands: SignInDemands = {}): Promise<URL> =>
    address(await at.provider.begin(secrets, redirectUri, demands));

  /** A fresh browser goes there and comes back. */
  const visited = async (secrets: SignInSecrets, demands: SignInDemands = {}): Promise<URL> =>
    await at.newBrowser().visit(await begin(secrets, demands));

  const finish = (back: URL, secrets: SignInSecrets, demands: SignInDemands = {}) =>
    at.provider.finish(back, secrets, redirectUri, demands);

  test(`${name}: a sign-in says who it was, as the configuration asks for it, and nothing else`, async () => {
    const secrets = newSecrets();
    const who = accepted(await finish(await visited(secrets), secrets));
    const { issuer, subject, claims, groups, slack } = who;
    assert.deepEqual(
      { issuer, subject, name: who.name, claims, groups, slack },
      { issuer: at.provider.issuer, ...at.expected },
    );
    assert.doesNotMatch(JSON.stringify(who), /eyJ|xox/);
  });

  test(`${name}: asked twice, begin gives two addresses that are equal`, async () => {
    const secrets = newSecrets();
    assert.equal(String(await begin(secrets)), String(await begin(secrets)));
  });

  test(`${name}: T27: the address carries the state and the nonce, never the verifier`, async () => {
    const secrets = newSecrets();
    const { href, searchParams } = await begin(secrets);
    assert.equal(searchParams.get("state"), secrets.state);
    assert.equal(searchParams.get("nonce"), secrets.nonce);
    assert.equal(searchParams.get("redirect_uri"), redirectUri);
    assert.equal(searchParams.get("code_challenge_method"), usesPkce ? "S256" : null);
    assert.ok(!href.includes(secrets.codeVerifier));
  });

  test(`${name}: T27: a code is good once`, async () => {
    const secrets = newSecrets();
    const back = await visited(secrets);
    accepted(await finish(back, secrets));
    refused(await finish(back, secrets));
  });

  test(`${name}: T27: the answer to one sign-in does not finish another`, async () => {
    const [mine, others] = [newSecrets(), newSecrets()];
    refused(await finish(await visited(others), mine), /"state" is not of this sign-in/);
    refused(await finish(await visited(mine), { ...mine, nonce: others.nonce }), /"nonce" is not right/);
    if (usesPkce) refused(await finish(await visited(mine), { ...mine, codeVerifier: others.codeVerifier }));
  });

  test(`${name}: T27: a code of one sign-in in the answer to another is refused`, async () => {
    const [mine, others] = [newSecrets(), newSecrets()];
    const stolen = (await visited(others)).searchParams.get("code") ?? "";
    const back = await visited(mine);
    back.searchParams.set("code", stolen);
    refused(await finish(back, mine));
  });

  test(`${name}: T27: a code for one address is refused for another`, async () => {
    const secrets = newSecrets();
    const back = await visited(secrets);
    refused(await at.provider.finish(back, secrets, "https://bot.example/elsewhere", {}));
  });

  test(`${name}: T27: an answer that names another issuer is refused`, async () => {
    const secrets = newSecrets();
    const back = await visited(secrets);
    back.searchParams.set("iss", "https://other.example");
    refused(await finish(back, secrets), /"iss" is not its own/);
  });

  test(`${name}: a code that nobody gave, or none, is refused`, async () => {
    const secrets = newSecrets();
    const back = await visited(secrets);
    const guessed = new URL(back);
    guessed.searchParams.set("code", "guessed");
    refused(await finish(guessed, secrets));
    back.searchParams.delete("code");
    refused(await finish(back, secrets), /without a code/);
  });

  test(`${name}: who says no is not signed in`, async () => {
    const secrets = newSecrets();
    refused(await finish(await at.newBrowser().decline(await begin(secrets)), secrets), /access_denied/);
  });

  if (stepUp === null) return;

  test(`${name}: R21: a step-up is met by a fresh and strong sign-in`, async () => {
    const secrets = newSecrets();
    const who = accepted(await finish(await visited(secrets, { stepUp }), secrets, { stepUp }));
    assert.ok(who.acr !== null && stepUp.acr.includes(who.acr), String(who.acr));
    for (const method of stepUp.amr) assert.ok(who.amr.includes(method), who.amr.join());
    assert.notEqual(who.authenticatedAt, null);
  });

  test(`${name}: R21: a sign-in that was not asked to be strong does not pass for one`, async () => {
    const secrets = newSecrets();
    refused(await finish(await visited(secrets), secrets, { stepUp }), /demanded|does not say when/);
  });
}

function address(value: URL | Refusal): URL {
  assert.ok(value instanceof URL, JSON.stringify(value));
  return value;
}

export function accepted(result: Authentication | Refusal): Authentication {
  assert.ok(!isRefusal(result), JSON.stringify(result));
  return result;
}

export function refused(result: Authentication | Refusal, says = /./): void {
  assert.ok(isRefusal(result), `accepted: ${JSON.stringify(result)}`);
  assert.equal(result.code, "sign-in-refused", result.message);
  assert.match(result.message, says);
  assert.doesNotMatch(`${result.message} ${result.hint}`, /eyJ|xox|[\w-]{43}/);
}
