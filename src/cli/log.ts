// The operator's log on pino: one JSON line per event, without secrets, errors reduced to what is safe to keep.
import pino from "pino";
import type { Log, LogFields } from "../core/ports/log.ts";
import { redact } from "../core/secrets.ts";

/** Lines go to `write`, one each; to the standard error output when it is left out. */
export function openLog(level: string, write?: (line: string) => void): Log {
  const logger = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    write === undefined ? pino.destination({ fd: 2, sync: false }) : { write },
  );
  const at = (name: "debug" | "info" | "warn" | "error") => (message: string, fields?: LogFields) =>
    logger[name](safeFields(fields ?? {}), message);
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

function safeFields(fields: LogFields): object {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, safe(value)]));
}

function safe(value: unknown): unknown {
  if (value instanceof Error) return errorFields(value);
  return typeof value === "string" ? clean(value) : value;
}

/** Name, message and stack, without whatever else an SDK hung onto its error (response bodies, headers, tokens). */
function errorFields(error: Error): object {
  const cause =
    error.cause === undefined ? {} : { cause: safe(error.cause instanceof Error ? error.cause : String(error.cause)) };
  return { name: error.name, message: clean(error.message), stack: clean(error.stack ?? ""), ...cause };
}

const longest = 4_000;

function clean(text: string): string {
  return redact(text.length > longest ? `${text.slice(0, longest)}… (${text.length} characters)` : text);
}
