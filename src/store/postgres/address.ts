// The database's address: what DATABASE_URL says, read strictly, and what may be printed of it.
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import type { ConnectionOptions } from "node:tls";

export interface Address {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Kept out of everything that prints an object. */
  readonly password: () => string;
  /** null: in the clear. */
  readonly tls: ConnectionOptions | null;
  /** `host:port/database`: may be printed. */
  readonly where: string;
  readonly applicationName: string;
}

export const sslModes = ["disable", "require", "verify-ca", "verify-full"] as const;
type SslMode = (typeof sslModes)[number];

const parameters = ["sslmode", "sslrootcert", "sslcert", "sslkey", "host", "application_name"] as const;

const example = "postgres://USER:PASSWORD@HOST:5432/DATABASE";

/**
 * Pure but for reading the certificate files. Throws with a sentence that never holds the address itself, since it holds the
 * password. `name` is the variable that it came from; `caFile` counts where the address names none.
 */
export function addressIn(text: string, name: string, caFile: string | null = null): Address {
  const url = urlIn(text, name);
  const given = new Map<string, string>();
  for (const [key, value] of url.searchParams) {
    if (!parameters.some((known) => known === key))
      throw new Error(
        `${name} has the parameter “${key}”, which is not known here. Known are ${parameters.join(", ")}.`,
      );
    given.set(key, value);
  }
  const host = given.get("host") ?? decoded(url.hostname.replace(/^\[(.+)\]$/, "$1"), name);
  if (host === "") throw new Error(`${name} names no host. Write it as ${example}.`);
  const user = decoded(url.username, name);
  if (user === "") throw new Error(`${name} names no user. Write it as ${example}.`);
  const database = decoded(url.pathname.slice(1), name);
  if (database === "") throw new Error(`${name} names no database. Write it as ${example}.`);
  const password = decoded(url.password, name);
  const port = url.port === "" ? 5432 : Number(url.port);
  return {
    ...{ host, port, database, user },
    password: () => password,
    tls: tlsOf({ given, host, name, caFile }),
    where: `${host}:${port}/${database}`,
    applicationName: given.get("application_name") ?? "countersign",
  };
}

function urlIn(text: string, name: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    // The error would hold the whole text.
    throw new Error(
      `${name} is not an address. Write it as ${example}; in a password, write % / ? # @ and : as %25 %2F %3F %23 %40 and %3A.`,
    );
  }
  if (url.protocol === "postgres:" || url.protocol === "postgresql:") return url;
  throw new Error(`${name} begins with ${url.protocol}//, and PostgreSQL is what it must name: ${example}.`);
}

function decoded(text: string, name: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error(`${name} holds a % that begins no character: write it as %25.`);
  }
}

interface TlsQuestion {
  readonly given: ReadonlyMap<string, string>;
  readonly host: string;
  readonly name: string;
  readonly caFile: string | null;
}

/** Without a word the certificate is checked, name and all, unless the database is on this machine. */
function tlsOf({ given, host, name, caFile }: TlsQuestion): ConnectionOptions | null {
  const mode = modeOf(given.get("sslmode") ?? (isHere(host) ? "disable" : "verify-full"), name);
  if (mode === "disable") return null;
  const caFrom = given.get("sslrootcert") ?? caFile;
  const ca = caFrom === null ? null : contentsOf(caFrom, "its CA's certificate", name);
  if (mode === "verify-ca" && ca === null)
    throw new Error(
      `${name} says sslmode=verify-ca, and no CA: add sslrootcert=FILE, or say verify-full for public CAs.`,
    );
  const [cert, key] = [given.get("sslcert"), given.get("sslkey")];
  if ((cert === undefined) !== (key === undefined))
    throw new Error(`${name} has one of sslcert and sslkey: a client certificate takes both.`);
  return {
    ...(ca === null ? {} : { ca }),
    ...(cert === undefined ? {} : { cert: contentsOf(cert, "its client certificate", name) }),
    ...(key === undefined ? {} : { key: contentsOf(key, "its client key", name) }),
    ...checkOf(mode, ca !== null),
  };
}

/** As libpq has it: `require` with a CA checks the chain, and only `verify-full` checks the name. */
function checkOf(mode: Exclude<SslMode, "disable">, hasCa: boolean): ConnectionOptions {
  if (mode === "verify-full") return { rejectUnauthorized: true };
  if (mode === "require" && !hasCa) return { rejectUnauthorized: false };
  return { rejectUnauthorized: true, checkServerIdentity: () => undefined };
}

function modeOf(text: string, name: string): SslMode {
  const mode = sslModes.find((known) => known === text);
  if (mode !== undefined) return mode;
  throw new Error(`${name} says sslmode=${text}. It can be ${sslModes.join(", ")}; verify-full is the safest.`);
}

/** A socket in the file system, or the loopback. */
function isHere(host: string): boolean {
  return (
    host.startsWith("/") || host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."))
  );
}

function contentsOf(file: string, what: string, name: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new Error(`${file}, named for ${name} as ${what}, cannot be read.`, { cause });
  }
}
