// Finds the programs of a PostgreSQL server on this machine, and says how to get them where there are none.
import { existsSync, globSync } from "node:fs";
import { dirname, join } from "node:path";

export type Programs = {
  readonly initdb: string;
  readonly postgres: string;
  readonly basebackup: string;
  readonly control: string;
};

/** `PG_BIN` names a folder; otherwise Debian's, the newest first, and what the PATH has. */
export function findPrograms(environment: NodeJS.ProcessEnv): Programs {
  const given = environment.PG_BIN;
  const debian = globSync("/usr/lib/postgresql/*/bin/initdb")
    .toSorted((a, b) => versionIn(b) - versionIn(a))
    .map((file) => dirname(file));
  const path = (environment.PATH ?? "").split(":").filter((folder) => folder !== "");
  const folder = (given === undefined || given === "" ? [...debian, ...path] : [given]).find(
    (one) => existsSync(join(one, "initdb")) && existsSync(join(one, "postgres")),
  );
  if (folder !== undefined) {
    const [initdb, postgres] = [join(folder, "initdb"), join(folder, "postgres")];
    return { initdb, postgres, basebackup: join(folder, "pg_basebackup"), control: join(folder, "pg_ctl") };
  }
  const where = given === undefined || given === "" ? "" : ` in PG_BIN=${given}`;
  throw new Error(
    `No PostgreSQL server${where}: initdb and postgres are missing. On Debian: apt-get install -y postgresql. Elsewhere install PostgreSQL 14 to 18 and name its folder of programs in PG_BIN.`,
  );
}

function versionIn(file: string): number {
  return Number(/\/postgresql\/(\d+)\//.exec(file)?.[1] ?? 0);
}
