// A PostgreSQL server in a directory of its own, on the loopback, that cannot outlive this process and can be stopped and restarted.
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, chown, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import { issue, newAuthority, validAround } from "../cluster/certificates.ts";
import { type Started, startProcess, tailsOf } from "../cluster/component-process.ts";
import { freePorts } from "../cluster/ports.ts";
import { findPrograms, type Programs } from "./programs.ts";

export type Server = {
  /** Of the superuser, to the database `postgres`. */
  readonly url: string;
  readonly port: number;
  /** Where it lies on the disk, and whose it is. */
  readonly place: Place;
  /** The CA that signed the server's certificate: it is named `localhost` and 127.0.0.1. */
  readonly caFile: string;
  /** As a crash: nothing is written any more. Resolves when it is gone. */
  kill(): Promise<void>;
  /** Up again after `kill`, recovered and answering. */
  start(): Promise<void>;
  /** Ends it and removes its directory. */
  stop(): Promise<void>;
};

const user = "countersign";
const run = promisify(execFile);
const readyWithinMs = 30_000;

/** initdb and postgres refuse to run as root: then another user runs them. */
export type As = { readonly uid: number; readonly gid: number } | null;

export interface ServerOptions {
  /** Recovers for ever and can only be read. */
  readonly standby?: boolean;
  /** Default true. */
  readonly tls?: boolean;
}

/** Throws with how to install it where PostgreSQL is missing. */
export async function startServer(environment: NodeJS.ProcessEnv, options: ServerOptions = {}): Promise<Server> {
  const programs = findPrograms(environment);
  const as = await unprivileged();
  const directory = await mkdtemp(join(tmpdir(), "countersign-postgres-"));
  await chmod(directory, 0o755);
  const password = randomBytes(12).toString("hex");
  const data = await initialise({ programs, as, directory, password });
  if (options.standby === true) await writeFile(join(data, "standby.signal"), "", { mode: 0o644 });
  const caFile = await certificates(directory, data, as);
  return serve({ programs, as, directory }, { password, caFile, tls: options.tls !== false });
}

export interface Served {
  readonly password: string;
  readonly caFile: string;
  readonly tls: boolean;
}

/** On the data that lie in `data` below the directory; both go when it is stopped. */
export async function serve(place: Place, { password, caFile, tls }: Served): Promise<Server> {
  const { directory } = place;
  const [port] = await freePorts(1);
  if (port === undefined) throw new Error("no free port");
  const url = `postgres://${user}:${password}@127.0.0.1:${port}/postgres`;
  const launch = () => startPostgres({ ...place, data: dataIn(place), port, tls });
  let process_ = await launch();
  await answering(url, process_);
  return {
    ...{ url, port, place, caFile },
    kill: () => process_.stop(),
    start: async () => {
      process_ = await launch();
      await answering(url, process_);
    },
    stop: async () => {
      await process_.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export const dataIn = ({ directory }: Pick<Place, "directory">): string => join(directory, "data");

export async function unprivileged(): Promise<As> {
  if (process.getuid?.() !== 0) return null;
  for (const name of ["postgres", "nobody"]) {
    const ids = await Promise.all(["-u", "-g"].map((flag) => run("id", [flag, name]))).catch(() => null);
    if (ids !== null) return { uid: Number(ids[0]?.stdout), gid: Number(ids[1]?.stdout) };
  }
  throw new Error("PostgreSQL does not run as root, and there is neither a user postgres nor nobody to run it as");
}

export type Place = { readonly programs: Programs; readonly as: As; readonly directory: string };

async function initialise({
  programs,
  as,
  directory,
  password,
}: Place & { readonly password: string }): Promise<string> {
  const data = dataIn({ directory });
  const passwordFile = join(directory, "password");
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (as !== null) for (const path of [directory, passwordFile]) await chown(path, as.uid, as.gid);
  const auth = ["--auth=scram-sha-256", `--pwfile=${passwordFile}`, `--username=${user}`];
  const text = ["--encoding=UTF8", "--locale=C.UTF-8"];
  await run(programs.initdb, ["-D", data, ...auth, ...text, "--no-sync"], {
    ...(as ?? {}),
    env: { PATH: "/usr/bin:/bin" },
  });
  await rm(passwordFile);
  return data;
}

async function certificates(directory: string, data: string, as: As): Promise<string> {
  const validity = validAround(new Date());
  const ca = newAuthority("countersign test database", validity);
  const leaf = issue(
    ca,
    { commonName: "localhost", use: "server", hosts: ["localhost"], ips: ["127.0.0.1"] },
    validity,
  );
  const caFile = join(directory, "ca.pem");
  await writeFile(caFile, ca.certificatePem, { mode: 0o644 });
  for (const [name, text] of [
    ["server.crt", leaf.certificatePem],
    ["server.key", leaf.keyPem],
  ] as const) {
    await writeFile(join(data, name), text, { mode: 0o600 });
    if (as !== null) await chown(join(data, name), as.uid, as.gid);
  }
  return caFile;
}

async function startPostgres(
  of: Place & { readonly data: string; readonly port: number; readonly tls: boolean },
): Promise<Started> {
  const { programs, as, directory, data, port, tls } = of;
  // A server that was killed leaves its mark and its children a moment longer.
  await rm(join(data, "postmaster.pid"), { force: true });
  const settings = [
    "max_connections=150",
    "shared_buffers=64MB",
    `ssl=${tls ? "on" : "off"}`,
    `unix_socket_directories=${directory}`,
  ];
  const args = ["-D", data, "-h", "127.0.0.1", "-p", String(port), ...settings.flatMap((setting) => ["-c", setting])];
  const asWhom =
    as === null ? [] : [`--reuid=${as.uid}`, `--regid=${as.gid}`, "--clear-groups", "--", programs.postgres];
  return startProcess({
    name: "postgres",
    program: as === null ? programs.postgres : "setpriv",
    args: [...asWhom, ...args],
    logFile: join(directory, "postgres.log"),
    environment: { PATH: "/usr/bin:/bin", LC_ALL: "C.UTF-8" },
  });
}

async function answering(url: string, process_: Started): Promise<void> {
  const until = Date.now() + readyWithinMs;
  for (;;) {
    const error = await ask(url);
    if (error === null) return;
    if (process_.ended() !== undefined || Date.now() > until)
      throw new Error(`PostgreSQL did not start: ${error}\n${await tailsOf([process_])}`);
    await pause(50);
  }
}

async function ask(url: string): Promise<string | null> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("SELECT 1");
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Whether anything is left of a server's directory, for the test of its end. */
export async function isGone(directory: string): Promise<boolean> {
  return stat(directory).then(
    async () => (await readdir(directory)).length === 0,
    () => true,
  );
}
