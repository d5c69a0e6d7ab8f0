// Credentials are found by kind and line, and their values never leave the function (T20).
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { findCredentials } from "../../../src/integrations/secretlint/find.ts";

// Put together here so that no scanner takes this file for a leak.
const github = `ghp_${"wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx"}`;
const samples: Readonly<Record<string, string>> = {
  github,
  privatekey: ["-----BEGIN RSA", "PRIVATE KEY-----\nMIIE"].join(" "),
  "aws-access-key-id": ["AKIA", "QYLPMN5HHHFPZAM2"].join(""),
  "json-web-token": ["eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiIxMjM0NTY3ODkwIn0", "c2lnbmF0dXJlLXRoYXQtaXM"].join("."),
  "database-connection-string": ["postgres://user:", "s3cr3tpass@db.example.com/x"].join(""),
  "slack-app-token": ["xapp-1", "A01ABCDEFGH", "1234567890123", "a".repeat(64)].join("-"),
  "bearer-token": "Authorization: Bearer abcdefghijklmnop0123",
  "kubeconfig-key": `client-key-data: ${"QUJD".repeat(20)}`,
  "kubeconfig-token": `    token: ${"abcd1234".repeat(4)}`,
};

describe("T20: credentials outside Secrets", () => {
  for (const [kind, sample] of Object.entries(samples))
    test(kind, async () => {
      const found = await findCredentials(`kind: ConfigMap\ndata:\n${sample}\n`);
      assert.ok(
        found.some((finding) => finding.kind === kind && finding.line === 3),
        JSON.stringify(found),
      );
      assert.ok(!JSON.stringify(found).includes(sample.slice(-12)), "the value is not told");
    });

  test("a comment in the text does not turn the search off", async () => {
    const found = await findCredentials(`# secretlint-disable\n// secretlint-disable\n${github}\n`);
    assert.deepEqual(found, [{ kind: "github", line: 3 }]);
  });

  test("ordinary manifests hold none", async () => {
    const text =
      "kind: Deployment\nmetadata:\n  name: checkout\nspec:\n  template:\n    spec:\n      containers:\n        - image: app@sha256:abc\n          env:\n            - name: TOKEN_FILE\n              value: /var/run/token\n";
    assert.deepEqual(await findCredentials(text), []);
  });

  test("T18: hostile lines of a megabyte are searched in less than a second each", async () => {
    for (const part of ["a", "://a:", "eyJ", "-----BEGIN ", '"', "a.", "authorization: ", " ", "_"]) {
      const began = performance.now();
      await findCredentials(part.repeat(1_000_000 / part.length));
      assert.ok(performance.now() - began < 1_000, part);
    }
  });
});
