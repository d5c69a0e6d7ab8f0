// Whether the database that the environment names will do, what it promises, and whether its clock is ours.
import { type ExaminedDatabase, examineDatabase } from "../../store/postgres/examine.ts";
import type { NamedDatabase } from "../database.ts";
import { type Check, type Finding, fail, ok, warn } from "./finding.ts";

const what = "database";

export const checkDatabase: Check = async ({ database }) => {
  if (database === null) return [];
  const { where } = database.settings.address;
  let seen: ExaminedDatabase;
  try {
    seen = await examineDatabase(database);
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error);
    return [fail(what, says, "Mend what the sentence names, then run doctor again.")];
  }
  if (seen.refusal !== null) return [fail(what, seen.refusal, "Name another database, or change this one.")];
  const version = `${Math.floor(seen.version / 10_000)}.${seen.version % 10_000}`;
  return [ok(what, `${where} is PostgreSQL ${version}.`), encryption(database), ...promises(seen), clock(seen)];
};

function encryption({ settings: { address } }: NamedDatabase): Finding {
  const title = "way to the database";
  const { tls, host } = address;
  if (tls === null)
    return /^(localhost|127\.|::1|\/)/.test(host)
      ? ok(title, "It stays on this machine.")
      : warn(title, "It is in the clear (sslmode=disable).", "Use sslmode=verify-full unless the network is trusted.");
  if (tls.rejectUnauthorized === false)
    return warn(title, "It is encrypted, and the server's certificate is not checked.", "Use sslmode=verify-full.");
  return ok(title, "It is encrypted, and the server's certificate is checked.");
}

function promises({ fsync, synchronousStandbys }: ExaminedDatabase): readonly Finding[] {
  const title = "what the database promises";
  if (!fsync)
    return [
      fail(title, "It runs with fsync = off: a crash of its machine loses what was promised.", "Set fsync = on."),
    ];
  if (synchronousStandbys === "")
    return [
      warn(
        title,
        "It has no synchronous standby: what it took is on its own disk only, and a failover may lose the last moments.",
        "Set synchronous_standby_names. Without one, checkpoints still show what a failover lost, and changes stop until a person decides.",
      ),
    ];
  return [ok(title, `A commit waits for its standbys: ${synchronousStandbys}.`)];
}

const maxSkewMs = 5_000;

function clock({ aheadMs }: ExaminedDatabase): Finding {
  const title = "clock against the database";
  const seconds = Math.round(Math.abs(aheadMs) / 1_000);
  if (Math.abs(aheadMs) <= maxSkewMs) return ok(title, `They agree within ${seconds + 1} s.`);
  return fail(
    title,
    `This machine is ${seconds} s ${aheadMs > 0 ? "ahead of" : "behind"} the database: nothing is changed while that is so.`,
    "Set both clocks by NTP (timedatectl set-ntp true).",
  );
}
