// Why a database cannot be used, for whoever starts the bot: what is wrong, and what to do. Never the password.
import { StoreUnavailable } from "../../core/ports/store.ts";
import type { Address } from "./address.ts";
import { stateOf } from "./faults.ts";

/** What a connection says of its server. */
export interface ServerFacts {
  /** As `server_version_num`: 150004 is 15.4. */
  readonly version: number;
  readonly isStandby: boolean;
  readonly isReadOnly: boolean;
  readonly encoding: string;
}

const oldest = 140_000;

/** Why this server will not do, or null. */
export function refusalOf(facts: ServerFacts, { where }: Pick<Address, "where">): string | null {
  if (facts.version < oldest) {
    const version = `${Math.floor(facts.version / 10_000)}.${facts.version % 10_000}`;
    return `The database ${where} is PostgreSQL ${version}, and 14 is the oldest that will do: upgrade it to 14 or newer.`;
  }
  if (facts.isStandby)
    return `The database ${where} is a standby, which can only be read: name the primary, or an address that follows it.`;
  if (facts.isReadOnly)
    return `The database ${where} is read-only by its settings (default_transaction_read_only): let this user write there.`;
  if (facts.encoding !== "UTF8")
    return `The database ${where} keeps text as ${facts.encoding}: make one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0.`;
  return null;
}

/** An error while connecting as the sentence for it. */
export function cannotConnect(error: unknown, address: Address, name: string): StoreUnavailable {
  const says = error instanceof Error ? error.message : String(error);
  return new StoreUnavailable(sentence(error, says, { address, name }), { cause: withoutSecrets(error) });
}

interface Named {
  readonly address: Pick<Address, "where" | "user" | "database" | "host">;
  readonly name: string;
}

function sentence(error: unknown, says: string, { address, name }: Named): string {
  const { where, user, database } = address;
  const state = stateOf(error);
  if (state === "28P01" || /SASL|SCRAM/.test(says))
    return `The database ${where} did not take the password of ${user}: look at ${name}.`;
  if (state === "28000")
    return `The database ${where} does not let ${user} in from here (${says}): look at its pg_hba.conf and at sslmode in ${name}.`;
  if (state === "3D000")
    return `There is no database “${database}” at ${where}: make it, or name another one in ${name}.`;
  if (state === "53300")
    return `The database ${where} has no connection left: raise max_connections, or lower database.connections.`;
  if (state === "57P03") return `The database ${where} is starting or stopping (${says}): try again in a moment.`;
  if (state !== null) return `The database ${where} refused the connection: ${says} (${state}).`;
  if (/does not support SSL/.test(says))
    return `The database ${where} does not speak TLS: turn on ssl there. On a network that you trust, sslmode=disable in ${name} goes without.`;
  return isCertificate(error)
    ? `The certificate of the database ${where} was not taken (${codeOf(error)}): name its CA with sslrootcert in ${name} or database.caFile.`
    : `Nothing answers as a database at ${where} (${codeOf(error) ?? says}): look at ${name}, and whether it runs and is reached from here.`;
}

function codeOf(error: unknown): string | null {
  if (typeof error !== "object" || error === null || !("code" in error)) return null;
  return typeof error.code === "string" ? error.code : null;
}

function isCertificate(error: unknown): boolean {
  return /CERT|SIGNATURE|ISSUER|ERR_SSL|ERR_TLS/.test(codeOf(error) ?? "");
}

/** Only what is known to be harmless: an error of a driver may carry its whole configuration. */
function withoutSecrets(error: unknown): Error {
  return new Error(error instanceof Error ? error.message : "an error of the connection");
}
