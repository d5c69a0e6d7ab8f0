// Coming in: TLS as the address says, and a clear sentence for each database that cannot be used. None holds the password.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { StoreUnavailable } from "../../src/core/ports/store.ts";
import { freshDatabase, reached, sql, storeAt } from "../postgres/fresh.ts";
import { startServer } from "../postgres/server.ts";
import { sampleEvent, temporaryDirectory } from "./samples.ts";

function changed(
  url: string,
  over: Partial<Record<"username" | "password" | "port" | "pathname" | "hostname", string>>,
  query = "",
) {
  const next = new URL(url);
  for (const [key, value] of Object.entries(over)) next[key as "username"] = value;
  next.search = query;
  return next.href;
}

async function refused(url: string, sentence: RegExp): Promise<void> {
  await assert.rejects(reached(url), (error: Error) => {
    assert.ok(error instanceof StoreUnavailable, String(error));
    assert.match(error.message, sentence);
    const { password } = new URL(url);
    assert.equal(inspect(error, { depth: 9, showHidden: true }).includes(password), false, "the password is nowhere");
    return true;
  });
}

test("a wrong password, user, database or port is refused with what to look at", async (t) => {
  const url = await freshDatabase(t);
  await refused(changed(url, { password: "geheim" }), /did not take the password of countersign: look at DATABASE_URL/);
  await refused(changed(url, { username: "nobody" }), /did not take the password of nobody/);
  await refused(changed(url, { pathname: "/nowhere" }), /There is no database “nowhere” at 127\.0\.0\.1/);
  await refused(
    changed(url, { port: "1" }),
    /Nothing answers as a database at 127\.0\.0\.1:1\/cs_\w+ \(ECONNREFUSED\)/,
  );
  await refused(changed(url, { hostname: "no-such-host.invalid" }, "?sslmode=disable"), /Nothing answers .* \(E/);
});

test("TLS: the server's certificate is checked by the CA that is named, its name by verify-full", async (t) => {
  const url = await freshDatabase(t);
  const ca = process.env.TEST_DATABASE_CA;
  assert.ok(ca !== undefined, "the tier's server names its CA");
  const directory = temporaryDirectory(t);
  const tlsOf = async (query: string) => {
    const store = await storeAt(t, changed(url, {}, query), { directory });
    await store.transact((tx) => tx.audit.append(sampleEvent()));
    const [row] = await sql(
      url,
      "SELECT bool_and(ssl) AS tls FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'countersign' AND datname = current_database()",
    );
    await store.close();
    return row?.tls;
  };
  assert.equal(await tlsOf("?sslmode=disable"), false);
  assert.equal(await tlsOf("?sslmode=require"), true);
  assert.equal(await tlsOf(`?sslmode=verify-ca&sslrootcert=${ca}`), true);
  assert.equal(await tlsOf(`?sslmode=verify-full&sslrootcert=${ca}`), true);
  await refused(
    changed(url, {}, "?sslmode=verify-full"),
    /certificate of the database .* was not taken \(\w+\): name its CA/,
  );
});

test("a server without TLS, one that only reads, and one of another encoding are refused", async (t) => {
  const server = await startServer(process.env, { standby: true, tls: false });
  t.after(() => server.stop());
  await refused(changed(server.url, {}, "?sslmode=require"), /does not speak TLS: turn on ssl there/);
  await refused(server.url, /is a standby, which can only be read: name the primary/);
  const url = await freshDatabase(t);
  const name = new URL(url).pathname.slice(1);
  await sql(url, `ALTER DATABASE ${name} SET default_transaction_read_only = on`);
  await refused(url, /is read-only by its settings/);
  const ascii = `${name}_ascii`;
  await sql(
    process.env.TEST_DATABASE_URL ?? "",
    `CREATE DATABASE ${ascii} TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'`,
  );
  t.after(() => sql(process.env.TEST_DATABASE_URL ?? "", `DROP DATABASE ${ascii} WITH (FORCE)`));
  await refused(changed(url, { pathname: `/${ascii}` }), /keeps text as SQL_ASCII/);
});

test("a user that may not make tables is told so, and one that may is enough: no superuser is needed", async (t) => {
  const url = await freshDatabase(t);
  const name = new URL(url).pathname.slice(1);
  await sql(url, `CREATE ROLE ${name}_bot LOGIN PASSWORD 'geheim'`);
  t.after(() => sql(process.env.TEST_DATABASE_URL ?? "", `DROP ROLE IF EXISTS ${name}_bot`).catch(() => undefined));
  const asBot = changed(url, { username: `${name}_bot`, password: "geheim" });
  await assert.rejects(storeAt(t, asBot), /_bot may not make tables in the database .*: GRANT CREATE ON SCHEMA public/);
  await sql(url, `GRANT CREATE ON SCHEMA public TO ${name}_bot`);
  const store = await storeAt(t, asBot);
  assert.equal((await store.transact((tx) => tx.audit.append(sampleEvent()))).seq, 0);
  await store.close();
});

test("a replica with other keys than the first one's is refused, and a newer version's database too", async (t) => {
  const url = await freshDatabase(t);
  await (await storeAt(t, url)).close();
  await assert.rejects(
    storeAt(t, url, { directory: temporaryDirectory(t) }),
    /holds another requests\.key than this database/,
  );
  await sql(url, "INSERT INTO migrations VALUES ('0099-tomorrow', 0)");
  await assert.rejects(storeAt(t, url), /newer version \(0099-tomorrow\)/);
});

test("a commit is on the disk when it is answered, though the server's default be otherwise", async (t) => {
  const url = await freshDatabase(t);
  const name = new URL(url).pathname.slice(1);
  await sql(url, `ALTER DATABASE ${name} SET synchronous_commit = off`);
  const store = await storeAt(t, url);
  await sql(url, "CREATE TABLE seen_settings (value text)");
  await sql(
    url,
    `CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO seen_settings VALUES (current_setting('synchronous_commit')); RETURN NEW; END $$`,
  );
  await sql(url, "CREATE TRIGGER note AFTER INSERT ON audit FOR EACH ROW EXECUTE FUNCTION note()");
  await store.transact((tx) => tx.audit.append(sampleEvent()));
  assert.deepEqual(await sql(url, "SELECT value FROM seen_settings"), [{ value: "on" }]);
});
