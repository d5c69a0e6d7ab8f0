// What is wrong with a configuration: where, what came, and what would be right.

export type Path = readonly (string | number)[];

export interface ConfigError {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** e.g. `policy.rules[3].when.verbs[0]`; "" for the file as a whole. */
  readonly path: string;
  /** What was found, as JSON, shortened; "" where something is missing. */
  readonly came: string;
  /** One sentence: what is wrong and what would be right. */
  readonly says: string;
}

export interface ConfigErrors {
  readonly kind: "config-errors";
  readonly errors: readonly ConfigError[];
}

/** A problem before its line is known. */
export interface Problem {
  readonly path: Path;
  readonly says: string;
  readonly came?: string;
}

export function pathText(path: Path): string {
  return path.map((step, index) => (typeof step === "number" ? `[${step}]` : index === 0 ? step : `.${step}`)).join("");
}

/** In the order of their lines. */
export function errorsAt(
  lineOf: (path: Path) => number,
  file: string,
  problems: readonly (Problem & { readonly line?: number })[],
): ConfigErrors {
  const errors = problems.map(({ path, says, came, line }) => ({
    file,
    line: line ?? lineOf(path),
    path: pathText(path),
    came: came ?? "",
    says,
  }));
  return { kind: "config-errors", errors: errors.sort((a, b) => a.line - b.line) };
}

/** One line per error, as compilers print them, so that editors and terminals can jump to it. */
export function renderConfigErrors({ errors }: ConfigErrors): string {
  return errors
    .map(({ file, line, path, says }) => `${file}:${line}: ${path === "" ? "" : `${path}: `}${says}`)
    .join("\n");
}

/** The value as JSON, at most 80 characters of it. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
