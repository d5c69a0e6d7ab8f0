// Slack's SDK logs through our log: its words as a field, redacted; never at debug level, where payloads are printed.
import { type Logger, LogLevel } from "@slack/logger";
import type { Log } from "../../core/ports/log.ts";
import { pass } from "./gate.ts";

export function slackLogger(log: Log): Logger {
  const said = (words: readonly unknown[]): { readonly says: string } => ({
    says: pass(words.map((word) => (word instanceof Error ? word.message : String(word))).join(" ")).slice(0, 500),
  });
  return {
    debug: () => {},
    info: (...words) => log.debug("slack sdk", said(words)),
    warn: (...words) => log.warn("slack sdk warns", said(words)),
    error: (...words) => log.warn("slack sdk reports an error", said(words)),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  };
}
