// The address of Redis: what REDIS_URL says, read strictly, and what may be printed of it.
import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "node:tls";

export interface Node {
  readonly host: string;
  readonly port: number;
}

export interface Login {
  readonly user: string | null;
  /** Kept out of everything that prints an object. */
  readonly password: () => string | null;
}

export interface RedisAddress {
  readonly kind: "single" | "sentinel" | "cluster";
  readonly nodes: readonly Node[];
  /** What the sentinels call the one that is written to; empty elsewhere. */
  readonly master: string;
  readonly db: number;
  readonly login: Login;
  readonly sentinelLogin: Login;
  /** null: in the clear. */
  readonly tls: ConnectionOptions | null;
  /** May be printed. */
  readonly where: string;
}

const kinds = { "": "single", "+sentinel": "sentinel", "+cluster": "cluster" } as const;
const parameters = ["cacert", "cert", "key", "sentinel_user", "sentinel_password"] as const;
const defaultPorts = { single: 6379, sentinel: 26379, cluster: 6379 } as const;
const examples = {
  single: "redis://USER:PASSWORD@HOST:6379/0",
  sentinel: "redis+sentinel://USER:PASSWORD@HOST:26379,HOST:26379/MASTER/0",
  cluster: "redis+cluster://USER:PASSWORD@HOST:6379,HOST:6379",
} as const;

/**
 * Pure but for reading the certificate files. Throws with a sentence that never holds the address itself, since it holds the
 * password. `name` is the variable that it came from; `caFile` counts where the address names none.
 */
export function redisAddressIn(text: string, name: string, caFile: string | null = null): RedisAddress {
  // Not the URL class: it knows one host.
  const match = /^redis(s?)(\+[a-z]+)?:\/\/(?:([^@/?#]*)@)?([^@/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/.exec(text.trim());
  if (match === null)
    throw new Error(
      `${name} is no address of Redis. Write it as ${examples.single}, ${examples.sentinel} or ${examples.cluster}, with rediss for TLS; in a password, write % / ? # @ and : as %25 %2F %3F %23 %40 and %3A.`,
    );
  const [, secure = "", suffix = "", userinfo = "", hosts = "", path = "", query = ""] = match;
  const kind = kindOf(suffix, name);
  const given = parametersIn(query, name);
  const nodes = hosts.split(",").map((host) => nodeIn(host, { name, kind }));
  if (kind === "single" && nodes.length > 1)
    throw new Error(`${name} names several hosts: that is ${examples.sentinel} or ${examples.cluster}.`);
  const { master, db } = pathIn(path, { name, kind });
  const sentinelPassword = given.get("sentinel_password") ?? null;
  return {
    ...{ kind, nodes, master, db, login: loginIn(userinfo, name) },
    sentinelLogin: { user: given.get("sentinel_user") ?? null, password: () => sentinelPassword },
    tls: secure === "" ? null : tlsOf(given, caFile, name),
    where: whereOf({ kind, nodes, master, db }),
  };
}

function kindOf(suffix: string, name: string): RedisAddress["kind"] {
  const kind = Object.entries(kinds).find(([known]) => known === suffix)?.[1];
  if (kind !== undefined) return kind;
  throw new Error(
    `${name} begins with redis${suffix}://. Known are redis, redis+sentinel, redis+cluster, and the same with rediss for TLS.`,
  );
}

function parametersIn(query: string, name: string): ReadonlyMap<string, string> {
  const given = new Map<string, string>();
  for (const [key, value] of new URLSearchParams(query)) {
    if (!parameters.some((known) => known === key))
      throw new Error(
        `${name} has the parameter “${key}”, which is not known here. Known are ${parameters.join(", ")}.`,
      );
    given.set(key, value);
  }
  return given;
}

interface Part {
  readonly name: string;
  readonly kind: RedisAddress["kind"];
}

function nodeIn(text: string, { name, kind }: Part): Node {
  const match = /^(\[[0-9a-fA-F:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(text);
  const port = Number(match?.[2] ?? defaultPorts[kind]);
  const host = match?.[1]?.replace(/^\[|\]$/g, "");
  if (host !== undefined && port >= 1 && port <= 65_535) return { host, port };
  throw new Error(`${name} names a host in a way that cannot be read. Write it as ${examples[kind]}.`);
}

function pathIn(path: string, { name, kind }: Part): { readonly master: string; readonly db: number } {
  const parts = path === "" ? [] : path.split("/");
  const master = kind === "sentinel" ? decoded(parts.shift() ?? "", name) : "";
  if (kind === "sentinel" && master === "")
    throw new Error(`${name} does not say what the sentinels call their master. Write it as ${examples.sentinel}.`);
  const db = parts.shift() ?? "0";
  if (parts.length > 0 || !/^\d{1,5}$/.test(db))
    throw new Error(`${name} ends in something that is no number of a database. Write it as ${examples[kind]}.`);
  if (kind === "cluster" && db !== "0") throw new Error(`${name} names database ${db}: a cluster has only 0.`);
  return { master, db: Number(db) };
}

function loginIn(userinfo: string, name: string): Login {
  const [user = "", ...rest] = userinfo.split(":");
  const password = rest.length === 0 ? null : decoded(rest.join(":"), name);
  return { user: user === "" ? null : decoded(user, name), password: () => password };
}

function decoded(text: string, name: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error(`${name} holds a % that begins no character: write it as %25.`);
  }
}

/** The chain and the name are always checked. */
function tlsOf(given: ReadonlyMap<string, string>, caFile: string | null, name: string): ConnectionOptions {
  const ca = given.get("cacert") ?? caFile;
  const [cert, key] = [given.get("cert"), given.get("key")];
  if ((cert === undefined) !== (key === undefined))
    throw new Error(`${name} has one of cert and key: a client certificate takes both.`);
  return {
    rejectUnauthorized: true,
    ...(ca === null ? {} : { ca: contentsOf(ca, "its CA's certificate", name) }),
    ...(cert === undefined ? {} : { cert: contentsOf(cert, "its client certificate", name) }),
    ...(key === undefined ? {} : { key: contentsOf(key, "its client key", name) }),
  };
}

function contentsOf(file: string, what: string, name: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new Error(`${file}, named for ${name} as ${what}, cannot be read.`, { cause });
  }
}

function whereOf({ kind, nodes, master, db }: Pick<RedisAddress, "kind" | "nodes" | "master" | "db">): string {
  const hosts = nodes.map(({ host, port }) => `${host.includes(":") ? `[${host}]` : host}:${port}`).join(",");
  if (kind === "cluster") return `cluster ${hosts}`;
  return kind === "sentinel" ? `${master} by sentinels ${hosts}, database ${db}` : `${hosts}, database ${db}`;
}
