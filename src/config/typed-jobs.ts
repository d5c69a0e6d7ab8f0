// Raw `jobs` → typed.
import type { JobsConfig } from "../core/config.ts";
import type { RawConfig } from "./raw.ts";

export function typedJobs(raw: RawConfig["jobs"] = {}): JobsConfig {
  return {
    limits: {
      executions: raw.executions ?? 8,
      executionsPerCluster: raw.executionsPerCluster ?? 8,
      recoveries: raw.recoveries ?? 4,
      ends: raw.ends ?? 4,
      people: raw.people ?? 4,
    },
    redisUrlFrom: raw.redisUrlFrom ?? "REDIS_URL",
    redisCaFile: raw.redisCaFile ?? null,
    redisPrefix: raw.redisPrefix ?? "countersign",
  };
}
