// The configuration's schema as a function, compiled when it is first asked for; the published program has it compiled already.
import type { ValidateFunction } from "ajv";
import { compileSchema } from "./compile-schema.ts";
import type { RawConfig } from "./raw.ts";
import { configSchema } from "./schema.ts";

export const configValidator = (): ValidateFunction<RawConfig> => compileSchema<RawConfig>(configSchema);
