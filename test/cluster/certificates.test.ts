// The certificates of the test cluster are ones that TLS accepts, and only where they should be.
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:https";
import { test } from "node:test";
import { issue, newAuthority, validAround } from "./certificates.ts";
import { der, instant, natural, oid } from "./der.ts";
import { probe } from "./probe.ts";

// TLS compares with the real clock, so the certificates of this test must be valid now.
const validity = validAround(new Date());

test("a server certificate is trusted by who knows the authority, and by nobody else", async () => {
  const authority = newAuthority("test authority", validity);
  const leaf = issue(authority, { commonName: "server", use: "server", ips: ["127.0.0.1"] }, validity);
  const server = createServer({ cert: leaf.certificatePem, key: leaf.keyPem }, (_, answer) => answer.end("ok"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const address = server.address();
    assert.ok(address !== null && typeof address === "object");
    const url = `https://127.0.0.1:${address.port}/`;
    assert.equal(await probe({ url, caPem: authority.certificatePem }), 200);
    const other = newAuthority("test authority", validity);
    await assert.rejects(probe({ url, caPem: other.certificatePem }), /certificate signature failure|unable to verify/);
    const byName = `https://localhost:${address.port}/`;
    await assert.rejects(
      probe({ url: byName, caPem: authority.certificatePem }),
      /does not match certificate's altnames/,
    );
  } finally {
    server.close();
  }
});

test("a leaf says who it is and who signed it, and is no authority itself", () => {
  const authority = newAuthority("test authority", validity);
  const leaf = issue(
    authority,
    { commonName: "server", use: "server", hosts: ["a.test"], ips: ["10.0.0.1"] },
    validity,
  );
  const read = new X509Certificate(leaf.certificatePem);
  assert.equal(read.subject, "CN=server");
  assert.equal(read.issuer, "CN=test authority");
  assert.equal(read.subjectAltName, "DNS:a.test, IP Address:10.0.0.1");
  assert.equal(read.ca, false);
  assert.equal(read.verify(new X509Certificate(authority.certificatePem).publicKey), true);
  assert.equal(new X509Certificate(authority.certificatePem).ca, true);
  assert.equal(read.validToDate.getTime() - read.validFromDate.getTime(), 3_600_000 * (7 * 24 + 1));
});

test("DER is written in its one shortest form", () => {
  const hex = (bytes: Buffer) => bytes.toString("hex");
  assert.equal(hex(der(0x04, Buffer.alloc(127))).slice(0, 4), "047f");
  assert.equal(hex(der(0x04, Buffer.alloc(128))).slice(0, 6), "048180");
  assert.equal(hex(der(0x04, Buffer.alloc(256))).slice(0, 8), "04820100");
  assert.equal(hex(natural(Buffer.from([0, 0, 0x7f]))), "02017f");
  assert.equal(hex(natural(Buffer.from([0x80]))), "02020080");
  assert.equal(hex(natural(Buffer.from([0]))), "020100");
  assert.equal(hex(oid("1.2.840.10045.4.3.2")), "06082a8648ce3d040302");
  assert.equal(instant(new Date("2026-01-02T03:04:05.678Z")).subarray(2).toString(), "20260102030405Z");
});
