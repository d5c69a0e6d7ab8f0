// The signing key on the disk: made once, never replaced beside a public half that verifiers know.
import assert from "node:assert/strict";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openSigner } from "../../src/audit/signer.ts";
import { random, temporaryDirectory } from "../store/samples.ts";

test("the signing key is made once; a start that was cut short before its public half goes on with it", (t) => {
  const folder = join(temporaryDirectory(t), "keys");
  const made = openSigner({ folder, random });
  assert.deepEqual(openSigner({ folder, random }).id, made.id);
  rmSync(join(folder, "audit.vkey"));
  assert.ok(openSigner({ folder, random }).publicKey.equals(made.publicKey));
});

test("where only the public half is there no other key is made beside it", (t) => {
  const folder = join(temporaryDirectory(t), "keys");
  openSigner({ folder, random });
  rmSync(join(folder, "audit.pem"));
  assert.throws(() => openSigner({ folder, random }), /audit\.pem, its private half, is not: put both back/);
  assert.equal(existsSync(join(folder, "audit.pem")), false);
});
