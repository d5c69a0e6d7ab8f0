// An OpenID Provider that is honest until it is told what to get wrong; it signs with node:crypto alone.
import { createHash, createHmac, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { JsonObject } from "../../../src/core/json.ts";

export interface SigningKey {
  readonly kid: string;
  readonly alg: "RS256" | "PS256" | "ES256" | "EdDSA";
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export function newKey(kid: string, alg: SigningKey["alg"] = "RS256"): SigningKey {
  return { kid, alg, ...pairFor(alg) };
}

/** Half the length that RFC 7518, section 3.3, asks for. */
export const newWeakKey = (kid: string): SigningKey => ({
  kid,
  alg: "RS256",
  ...generateKeyPairSync("rsa", { modulusLength: 1024 }),
});

function pairFor(alg: SigningKey["alg"]): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
  if (alg === "ES256") return generateKeyPairSync("ec", { namedCurve: "P-256" });
  if (alg === "EdDSA") return generateKeyPairSync("ed25519");
  return generateKeyPairSync("rsa", { modulusLength: 2048 });
}

export const jwkOf = (key: SigningKey): JsonObject => ({
  ...(key.publicKey.export({ format: "jwk" }) as JsonObject),
  kid: key.kid,
  alg: key.alg,
  use: "sig",
});

export const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

export function signature(key: SigningKey, input: string): string {
  const data = Buffer.from(input);
  const saltLength = 32;
  switch (key.alg) {
    case "RS256":
      return sign("sha256", data, key.privateKey).toString("base64url");
    case "PS256":
      return sign("sha256", data, { key: key.privateKey, padding: 6, saltLength }).toString("base64url");
    case "ES256":
      return sign("sha256", data, { key: key.privateKey, dsaEncoding: "ieee-p1363" }).toString("base64url");
    case "EdDSA":
      return sign(null, data, key.privateKey).toString("base64url");
  }
}

/** `alg: HS256` with the public key's PEM as the shared secret: what confuses a verifier that trusts the header. */
export const hmacWithPublicKey = (key: SigningKey, input: string): string =>
  createHmac("sha256", key.publicKey.export({ type: "spki", format: "pem" }))
    .update(input)
    .digest("base64url");

/** What to get wrong; each gets what an honest provider would send. */
export interface Lie {
  readonly discovery?: (document: JsonObject) => JsonObject;
  readonly back?: (parameters: URLSearchParams) => void;
  readonly header?: (header: JsonObject) => JsonObject;
  readonly claims?: (claims: JsonObject) => JsonObject;
  readonly sign?: (input: string, key: SigningKey) => string;
  readonly token?: (body: JsonObject) => JsonObject;
  readonly keys?: (set: JsonObject) => JsonObject;
  readonly userinfo?: (body: JsonObject) => JsonObject;
  /** In place of the whole answer at a path. */
  readonly answer?: Readonly<Record<string, (response: ServerResponse) => void>>;
}

export interface HostileProvider {
  readonly issuer: string;
  /** Path of every call that arrived. */
  readonly calls: readonly string[];
  /** What the last exchange sent. */
  readonly exchanged: () => { readonly form: URLSearchParams; readonly authorization: string | undefined };
  lie(lie: Lie): void;
  /** The keys that are published; the first one signs. */
  publish(...keys: readonly SigningKey[]): void;
  /** Signs with this one, published or not. */
  signWith(key: SigningKey): void;
  stop(): Promise<void>;
}

interface Visit {
  readonly query: URLSearchParams;
  used: boolean;
}

export interface HostileOptions {
  readonly alg?: SigningKey["alg"];
  readonly now: () => number;
}

export async function startHostileProvider({ alg = "RS256", now }: HostileOptions): Promise<HostileProvider> {
  let lie: Lie = {};
  let published: readonly SigningKey[] = [newKey("first", alg)];
  let signer = published[0];
  let last = { form: new URLSearchParams(), authorization: undefined as string | undefined };
  const calls: string[] = [];
  const visits = new Map<string, Visit>();
  let issuer = "";

  const document = (): JsonObject => ({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/userinfo`,
    jwks_uri: `${issuer}/keys`,
    authorization_response_iss_parameter_supported: true,
    token_endpoint_auth_methods_supported: ["client_secret_basic", "none"],
    id_token_signing_alg_values_supported: ["RS256", "PS256", "ES256", "EdDSA", "HS256", "none"],
  });

  const authorize = (query: URLSearchParams, response: ServerResponse): void => {
    const code = randomBytes(8).toString("hex");
    visits.set(code, { query, used: false });
    const back = new URL(query.get("redirect_uri") ?? "");
    const parameters = new URLSearchParams({ code, state: query.get("state") ?? "", iss: issuer });
    lie.back?.(parameters);
    back.search = parameters.toString();
    response.writeHead(303, { location: back.href }).end();
  };

  const idToken = (visit: Visit, accessToken: string): string => {
    if (signer === undefined) throw new Error("no key");
    const seconds = Math.floor(now() / 1000);
    const honest: JsonObject = {
      iss: issuer,
      sub: "ana",
      aud: visit.query.get("client_id") ?? "",
      iat: seconds,
      exp: seconds + 300,
      auth_time: seconds,
      nonce: visit.query.get("nonce") ?? "",
      at_hash: halfHash(accessToken, signer.alg),
      name: "Ana Ortiz",
      groups: ["platform"],
    };
    const header = { alg: signer.alg, kid: signer.kid, typ: "JWT" };
    const input = `${encoded(lie.header?.(header) ?? header)}.${encoded(lie.claims?.(honest) ?? honest)}`;
    return `${input}.${lie.sign?.(input, signer) ?? signature(signer, input)}`;
  };

  const exchange = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const form = new URLSearchParams(await text(request));
    last = { form, authorization: request.headers.authorization };
    const visit = visits.get(form.get("code") ?? "");
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    const isRight =
      visit !== undefined &&
      !visit.used &&
      visit.query.get("redirect_uri") === form.get("redirect_uri") &&
      visit.query.get("code_challenge") === challenge;
    if (!isRight) return json(response, 400, { error: "invalid_grant" });
    visit.used = true;
    const accessToken = randomBytes(16).toString("hex");
    const body = {
      access_token: accessToken,
      token_type: "Bearer",
      expires_in: 300,
      id_token: idToken(visit, accessToken),
    };
    json(response, 200, lie.token?.(body) ?? body);
  };

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://provider");
    calls.push(url.pathname);
    const instead = lie.answer?.[url.pathname];
    if (instead !== undefined) return instead(response);
    if (url.pathname === "/.well-known/openid-configuration")
      return json(response, 200, lie.discovery?.(document()) ?? document());
    const set = { keys: published.map(jwkOf) };
    if (url.pathname === "/keys") return json(response, 200, lie.keys?.(set) ?? set);
    if (url.pathname === "/authorize") return authorize(url.searchParams, response);
    if (url.pathname === "/token") return void exchange(request, response);
    const person = { sub: "ana", name: "Ana Ortiz", groups: ["platform", "security"], department: "payments" };
    if (url.pathname === "/userinfo") return json(response, 200, lie.userinfo?.(person) ?? person);
    json(response, 404, {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  issuer = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;

  return {
    issuer,
    calls,
    exchanged: () => last,
    lie: (next) => {
      lie = next;
    },
    publish: (...keys) => {
      published = keys;
      signer = keys[0];
    },
    signWith: (key) => {
      signer = key;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function halfHash(accessToken: string, alg: SigningKey["alg"]): string {
  const digest = createHash(alg === "EdDSA" ? "sha512" : "sha256")
    .update(accessToken)
    .digest();
  return digest.subarray(0, digest.length / 2).toString("base64url");
}

export function json(response: ServerResponse, status: number, body: JsonObject): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
