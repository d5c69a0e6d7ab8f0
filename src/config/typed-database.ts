// Raw `database` → typed.
import type { DatabaseConfig } from "../core/config.ts";
import type { RawConfig } from "./raw.ts";
import { ms } from "./typed-approvals.ts";

export function typedDatabase(raw: RawConfig["database"]): DatabaseConfig {
  return {
    isWanted: raw !== undefined,
    urlFrom: raw?.urlFrom ?? "DATABASE_URL",
    caFile: raw?.caFile ?? null,
    connections: raw?.connections ?? 5,
    connectWithinMs: ms(raw?.connectWithin ?? "2s"),
    answerWithinMs: ms(raw?.answerWithin ?? "3s"),
    lockWithinMs: ms(raw?.lockWithin ?? "2s"),
    idleWithinMs: ms(raw?.idleWithin ?? "3s"),
  };
}
