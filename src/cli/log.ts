// The operator's log on pino: one JSON line per event, errors reduced to what is safe to keep.
import pino from "pino";
import type { Log, LogFields } from "../core/ports/log.ts";

export function openLog(level: string): Log {
  const logger = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { error: errorFields } },
    pino.destination({ fd: 2, sync: false }),
  );
  const at = (name: "debug" | "info" | "warn" | "error") => (message: string, fields?: LogFields) =>
    logger[name](fields ?? {}, message);
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** Name, message and stack, without whatever else an SDK hung onto its error (response bodies, headers, tokens). */
function errorFields(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const cause = error.cause === undefined ? {} : { cause: errorFields(error.cause) };
  return { name: error.name, message: clean(error.message), stack: clean(error.stack ?? ""), ...cause };
}

/** Token shapes that must not be in a log, whoever put them into an error's text. */
const tokens = /\b(xox[a-z]-[\w-]+|xapp-[\w-]+|eyJ[\w-]+\.[\w-]+\.[\w-]*|Bearer\s+\S+|ghp_\w+|AKIA\w{16})/g;

/** At most 4,000 characters, without tokens. */
export function clean(text: string): string {
  return text.slice(0, 4_000).replaceAll(tokens, "[redacted]");
}
