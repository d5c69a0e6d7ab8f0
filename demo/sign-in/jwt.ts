// ID tokens of the local sign-ins: a key pair, its public half as a JWK, and signing (RFC 7515, RFC 7517, RFC 7518).
import { createHash, generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from "node:crypto";

export interface TokenKey {
  readonly alg: "RS256" | "ES256";
  readonly kid: string;
  readonly jwk: JsonWebKey;
  readonly sign: (claims: Readonly<Record<string, unknown>>) => string;
}

/** A new one at every start: tokens are good for minutes, and the other side asks for keys it does not know. */
export function newTokenKey(alg: TokenKey["alg"]): TokenKey {
  const { publicKey, privateKey } =
    alg === "RS256"
      ? generateKeyPairSync("rsa", { modulusLength: 2048 })
      : generateKeyPairSync("ec", { namedCurve: "P-256" });
  const bare = publicKey.export({ format: "jwk" });
  const kid = createHash("sha256").update(JSON.stringify(bare)).digest("base64url").slice(0, 16);
  return {
    alg,
    kid,
    jwk: { ...bare, kid, alg, use: "sig" },
    sign: (claims) => {
      const input = `${encoded({ alg, kid, typ: "JWT" })}.${encoded(claims)}`;
      return `${input}.${signature(privateKey, input)}`;
    },
  };
}

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** ECDSA signatures are the two numbers one after the other, not DER (RFC 7518, section 3.4); RSA takes no notice. */
const signature = (key: KeyObject, input: string): string =>
  sign("sha256", Buffer.from(input), { key, dsaEncoding: "ieee-p1363" }).toString("base64url");

/** `at_hash` for the SHA-256 algorithms: OpenID Connect Core 1.0, section 3.1.3.6. */
export function halfHash(accessToken: string): string {
  return createHash("sha256").update(accessToken, "ascii").digest().subarray(0, 16).toString("base64url");
}
