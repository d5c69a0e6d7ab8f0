// One program of a few files, its libraries in it: reading the thousands that npm installs would be most of its start.
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild-wasm";
import { compiledSchema } from "./compiled-schema.ts";

const repository = fileURLToPath(new URL("..", import.meta.url));

/** What is started by its name: from the repository's root, and where it comes to be, without its ending. */
export interface Entry {
  readonly in: string;
  readonly out: string;
}

/** Threads of their own, which stay beside where their starters stood. */
export const workers: readonly Entry[] = ["store", "integrations/yaml", "integrations/ical", "server/operations"].map(
  (folder) => ({
    in: `src/${folder}/worker.ts`,
    out: `src/${folder}/worker`,
  }),
);

/** Written to `outdir`; the entries' starters must come to be in its `src/`. Answers with every file that went in. */
export async function bundle(entries: readonly Entry[], outdir: string): Promise<readonly string[]> {
  const { metafile } = await build({
    absWorkingDir: repository,
    entryPoints: entries.map((entry) => ({ in: join(repository, entry.in), out: entry.out })),
    outdir,
    bundle: true,
    // What only some words of the command line need stays in files of its own, read when it is used.
    splitting: true,
    chunkNames: "src/chunk-[hash]",
    format: "esm",
    platform: "node",
    target: "node24",
    // Libraries in CommonJS ask for Node's own modules by this name.
    banner: {
      js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
    },
    plugins: [compiledSchema, whereItStood],
    metafile: true,
    logLevel: "warning",
  });
  return Object.keys(metafile.inputs);
}

/** Files that look for what lies beside them find it from `src/`, where their text now is. */
const whereItStood: Plugin = {
  name: "where-it-stood",
  setup(building) {
    building.onLoad({ filter: /\/(src|demo)\/.*\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      if (path.includes("node_modules") || !text.includes("import.meta.url")) return undefined;
      const place = relative(join(repository, "src"), path).replace(/\.ts$/, ".js");
      const from = `new URL(${JSON.stringify(`./${place}`)}, import.meta.url).href`;
      return { contents: text.replaceAll("import.meta.url", from), loader: "ts" };
    });
  },
};
