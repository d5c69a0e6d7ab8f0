// The signature, held to the examples that Amazon publishes for it.
// Source: docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
import assert from "node:assert/strict";
import { test } from "node:test";
import { signed } from "../../../src/integrations/s3/sign.ts";

const credential = {
  keyId: "AKIAIOSFODNN7EXAMPLE",
  secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  sessionToken: null,
};
const at = { region: "us-east-1", now: Date.UTC(2013, 4, 24) };
const bucket = "https://examplebucket.s3.amazonaws.com";

const examples = [
  {
    name: "an object with a range",
    of: { method: "GET", url: new URL(`${bucket}/test.txt`), headers: { range: "bytes=0-9" }, body: "" },
    signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
  },
  {
    name: "putting an object",
    of: {
      method: "PUT",
      url: new URL(`${bucket}/test$file.text`),
      headers: { date: "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY" },
      body: "Welcome to Amazon S3.",
    },
    signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
  },
  {
    name: "a word in the query without a value",
    of: { method: "GET", url: new URL(`${bucket}/?lifecycle`), headers: {}, body: "" },
    signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
  },
  {
    name: "a listing",
    of: { method: "GET", url: new URL(`${bucket}/?max-keys=2&prefix=J`), headers: {}, body: "" },
    signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
  },
] as const;

for (const { name, of, signature } of examples)
  test(`Amazon's example: ${name}`, () => {
    assert.equal(signed({ ...of, ...at }, credential).authorization?.split("Signature=")[1], signature);
  });

test("a temporary credential's token is signed too", () => {
  const of = { method: "PUT", url: new URL(`${bucket}/a`), headers: {}, body: "" };
  const { authorization = "" } = signed({ ...of, ...at }, { ...credential, sessionToken: "token" });
  assert.match(authorization, /SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,/);
});
