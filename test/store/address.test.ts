// What DATABASE_URL may say, and the sentences for what it may not: none of them holds the password.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { inspect } from "node:util";
import { clockRefusal } from "../../src/main/database.ts";
import { addressIn } from "../../src/store/postgres/address.ts";
import { numbered, parserOf, tablesIn } from "../../src/store/postgres/dialect.ts";
import { faultOf, isUnavailable } from "../../src/store/postgres/faults.ts";
import { refusalOf } from "../../src/store/postgres/refusals.ts";
import { temporaryDirectory } from "./samples.ts";

const at = (text: string, caFile: string | null = null) => addressIn(text, "DATABASE_URL", caFile);

test("an address is read whole, and its password is in nothing that prints it", () => {
  const address = at("postgres://bot:p%40ss%2Fword%25@db.example.com:6432/counter%20sign");
  assert.deepEqual(
    [address.host, address.port, address.database, address.user, address.password(), address.where],
    ["db.example.com", 6432, "counter sign", "bot", "p@ss/word%", "db.example.com:6432/counter sign"],
  );
  for (const shown of [inspect(address, { depth: 9 }), JSON.stringify(address)])
    assert.equal(shown.includes("p@ss"), false);
  assert.equal(at("postgresql://bot@[::1]/cs").host, "::1");
  assert.equal(at("postgres://bot@localhost/cs?host=/run/postgresql").host, "/run/postgresql");
});

test("away from this machine the certificate is checked, name and all, unless the address says otherwise", (t) => {
  const ca = join(temporaryDirectory(t), "ca.pem");
  writeFileSync(ca, "the CA");
  const tls = (query: string, host = "db.example.com", caFile: string | null = null) =>
    at(`postgres://bot:x@${host}/cs${query}`, caFile).tls;
  assert.deepEqual(tls(""), { rejectUnauthorized: true });
  for (const host of ["localhost", "127.0.0.1", "127.8.8.8", "[::1]"]) assert.equal(tls("", host), null, host);
  assert.equal(tls("?sslmode=disable"), null);
  assert.deepEqual(tls("?sslmode=require"), { rejectUnauthorized: false });
  const checked = tls(`?sslmode=require&sslrootcert=${ca}`);
  assert.deepEqual([checked?.ca, checked?.rejectUnauthorized], ["the CA", true], "a CA is not named for nothing");
  assert.deepEqual(tls("", "localhost", ca), null);
  assert.deepEqual(tls("?sslmode=verify-full", "localhost", ca), { ca: "the CA", rejectUnauthorized: true });
  assert.equal(tls(`?sslmode=verify-ca&sslrootcert=${ca}`)?.rejectUnauthorized, true);
});

const wrong: readonly (readonly [string, RegExp])[] = [
  ["not an address with geheim", /DATABASE_URL is not an address\. Write it as postgres:\/\/USER:PASSWORD@HOST/],
  ["postgres://bot:ge#heim@host/cs", /names no host|is not an address|names no database/],
  ["mysql://bot:geheim@host/cs", /begins with mysql:\/\/, and PostgreSQL/],
  ["postgres://bot:geheim@host", /names no database/],
  ["postgres://host/cs", /names no user/],
  ["postgres://bot:geheim@host/cs?schema=public", /the parameter “schema”, which is not known here/],
  [
    "postgres://bot:geheim@host/cs?sslmode=prefer",
    /sslmode=prefer\. It can be disable, require, verify-ca, verify-full/,
  ],
  ["postgres://bot:geheim@host/cs?sslmode=verify-ca", /says sslmode=verify-ca, and no CA/],
  ["postgres://bot:geheim@host/cs?sslcert=/nowhere", /one of sslcert and sslkey/],
  ["postgres://bot:geheim@host/cs?sslrootcert=/nowhere/ca.pem", /\/nowhere\/ca\.pem, named for DATABASE_URL as its CA/],
  ["postgres://bot:100%geheim@host/cs", /holds a % that begins no character/],
];

for (const [text, sentence] of wrong) {
  test(`${text.replaceAll("geheim", "…")} is refused with a sentence`, () => {
    assert.throws(
      () => at(text),
      (error: Error) => {
        assert.match(error.message, sentence);
        assert.equal(`${error.message} ${inspect(error)}`.split("\n")[0]?.includes("geheim"), false);
        return true;
      },
    );
  });
}

test("a server that is too old, a standby, read-only or of another encoding is refused, each with what to do", () => {
  const good = { version: 150_004, isStandby: false, isReadOnly: false, encoding: "UTF8" };
  const where = { where: "db:5432/cs" };
  assert.equal(refusalOf(good, where), null);
  assert.equal(refusalOf({ ...good, version: 140_000 }, where), null);
  assert.match(
    refusalOf({ ...good, version: 130_011 }, where) ?? "",
    /db:5432\/cs is PostgreSQL 13\.11, and 14 is the oldest/,
  );
  assert.match(refusalOf({ ...good, isStandby: true }, where) ?? "", /is a standby.*name the primary/);
  assert.match(refusalOf({ ...good, isReadOnly: true }, where) ?? "", /read-only by its settings/);
  assert.match(refusalOf({ ...good, encoding: "SQL_ASCII" }, where) ?? "", /keeps text as SQL_ASCII.*ENCODING 'UTF8'/);
});

test("a fault of the way or the operator means unavailable, and a statement that is wrong does not", () => {
  const said = (code: string) => Object.assign(new Error("said"), { code, severity: "ERROR" });
  for (const code of ["57P01", "53100", "08006", "55P03", "25006", "40001", "40P01", "28P01", "XX001", "57014"])
    assert.equal(isUnavailable(said(code)), true, code);
  for (const code of ["23505", "42601", "42P01", "22021", "25P02"])
    assert.equal(isUnavailable(said(code)), false, code);
  for (const error of [Object.assign(new Error("x"), { code: "ECONNRESET" }), new Error("Query read timeout")])
    assert.equal(isUnavailable(error), true, error.message);
  assert.match(faultOf(said("53100"), "at db").message, /its disk is full/);
});

test("what both databases know is written for PostgreSQL: bytes decide, numbers are large, parameters have numbers", () => {
  assert.equal(
    tablesIn("CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, quiet INTEGER)"),
    'CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY, name TEXT COLLATE "C" NOT NULL, quiet INTEGER)',
  );
  assert.equal(numbered("SET a = ?, b = ? WHERE c = ?"), "SET a = $1, b = $2 WHERE c = $3");
  assert.equal(parserOf(20)("9007199254740991"), Number.MAX_SAFE_INTEGER);
  assert.throws(() => parserOf(20)("9007199254740993"), /too large a number/);
  assert.equal(parserOf(25)("12"), "12");
});

test("T30: clocks that differ by more than five seconds forbid changes, whichever is ahead", () => {
  assert.equal(clockRefusal(5_000), null);
  assert.equal(clockRefusal(-5_000), null);
  assert.match(clockRefusal(5_001)?.message ?? "", /clock is 5 s ahead of the database's/);
  const behind = clockRefusal(-3_600_000);
  assert.match(behind?.message ?? "", /3600 s behind/);
  assert.equal(behind?.code, "clock-differs");
});
