// Certificates for a test cluster that lives for hours: one authority and what it signs (RFC 5280, ECDSA P-256).
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { bits, der, instant, natural, octets, oid, sequence, set, utf8, yes } from "./der.ts";

export type Certificate = { readonly certificatePem: string; readonly keyPem: string };

export type Authority = Certificate & { readonly name: string; readonly key: KeyObject };

export type Leaf = {
  readonly commonName: string;
  readonly use: "server" | "client";
  readonly ips?: readonly string[];
  readonly hosts?: readonly string[];
};

/** Not before an hour ago (clocks differ), not after a week: a test bed left running over a holiday is started anew. */
export type Validity = { readonly from: Date; readonly to: Date };

export function validAround(now: Date): Validity {
  const hourMs = 3_600_000;
  return { from: new Date(now.getTime() - hourMs), to: new Date(now.getTime() + 7 * 24 * hourMs) };
}

/** A new self-signed authority. */
export function newAuthority(name: string, validity: Validity): Authority {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const extensions = [
    extension("2.5.29.19", sequence(yes()), "critical"), // basicConstraints: is an authority
    extension("2.5.29.15", bits(Buffer.from([0b0000_0110]), 1), "critical"), // keyUsage: keyCertSign, cRLSign
  ];
  const certificatePem = signed({ issuer: name, signer: privateKey, subject: name, publicKey, extensions, validity });
  return { name, key: privateKey, certificatePem, keyPem: pkcs8(privateKey) };
}

/** A new key with a certificate from the authority, for one server or one client. */
export function issue(authority: Authority, leaf: Leaf, validity: Validity): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const purpose = leaf.use === "server" ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2";
  const names = [
    ...(leaf.hosts ?? []).map((host) => der(0x82, Buffer.from(host, "ascii"))), // dNSName
    ...(leaf.ips ?? []).map((ip) => der(0x87, Buffer.from(ip.split(".").map(Number)))), // iPAddress, version 4
  ];
  const extensions = [
    extension("2.5.29.15", bits(Buffer.from([0b1000_0000]), 7), "critical"), // keyUsage: digitalSignature
    extension("2.5.29.37", sequence(oid(purpose))), // extKeyUsage
    ...(names.length > 0 ? [extension("2.5.29.17", sequence(...names))] : []), // subjectAltName
  ];
  const certificatePem = signed({
    issuer: authority.name,
    signer: authority.key,
    subject: leaf.commonName,
    publicKey,
    extensions,
    validity,
  });
  return { certificatePem, keyPem: pkcs8(privateKey) };
}

type ToSign = {
  readonly issuer: string;
  readonly signer: KeyObject;
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Buffer[];
  readonly validity: Validity;
};

function signed(what: ToSign): string {
  const algorithm = sequence(oid("1.2.840.10045.4.3.2")); // ecdsa-with-SHA256
  const version3 = der(0xa0, natural(Buffer.from([2])));
  const toBeSigned = sequence(
    version3,
    natural(randomBytes(16)),
    algorithm,
    commonName(what.issuer),
    sequence(instant(what.validity.from), instant(what.validity.to)),
    commonName(what.subject),
    what.publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(...what.extensions)),
  );
  const certificate = sequence(toBeSigned, algorithm, bits(sign("sha256", toBeSigned, what.signer)));
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

const commonName = (name: string) => sequence(set(sequence(oid("2.5.4.3"), utf8(name))));

function extension(id: string, value: Buffer, weight?: "critical"): Buffer {
  return sequence(oid(id), ...(weight === "critical" ? [yes()] : []), octets(value));
}

function pkcs8(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}
