// The licences of the libraries that are part of the published program, as their authors ask.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Of every package that one of the files is of; `files` are paths from `root`. Throws for a package without a licence. */
export function noticesOf(root: string, files: readonly string[]): string {
  const folders = new Set(files.flatMap((file) => packageFolder(file) ?? []));
  const notices = [...folders].sort().map((folder) => noticeOf(join(root, folder)));
  return `Countersign contains these libraries.\n\n${[...new Set(notices)].join("\n")}`;
}

/** `node_modules/a/node_modules/@b/c` of a file in it; null for a file of our own. */
function packageFolder(file: string): string | null {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? null;
}

function noticeOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    readonly name: string;
    readonly version: string;
    readonly license?: string;
  };
  const file = readdirSync(folder).find((one) => /^(licen[cs]e|copying)/i.test(one) && existsSync(join(folder, one)));
  if (file === undefined && license === undefined) throw new Error(`${name} says nowhere under which licence it is`);
  const text = file === undefined ? "" : `\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
  return `${"-".repeat(80)}\n${name} ${version}, ${license ?? "see below"}\n${text}`;
}
