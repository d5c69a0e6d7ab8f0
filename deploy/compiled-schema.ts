// The configuration's schema compiled when the program is built: compiling it took a seventh of each start.
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Plugin } from "esbuild-wasm";
import { schemaInSource } from "../src/config/compile-schema.ts";
import { configSchema } from "../src/config/schema.ts";

type Standalone = (ajv: unknown, validate: unknown) => string;

/** In place of the module that would compile it. */
export const compiledSchema: Plugin = {
  name: "compiled-schema",
  setup(building) {
    building.onLoad({ filter: /\/src\/config\/config-validator\.ts$/ }, ({ path }) => ({
      contents: [
        'import { linearRegExp } from "./linear-reg-exp.ts";',
        configValidatorText(),
        "export const configValidator = () => validate;",
      ].join("\n"),
      loader: "js",
      resolveDir: join(path, ".."),
    }));
  },
};

function configValidatorText(): string {
  const standalone = createRequire(import.meta.url)("ajv/dist/standalone") as { readonly default: Standalone };
  const { ajv, validate } = schemaInSource(configSchema);
  return standalone.default(ajv, validate);
}
