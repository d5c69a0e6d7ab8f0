// Words of the command line that the command itself takes, among words that somebody else reads.

/** Wrong words: told with exit status 2. */
export class WrongWords extends Error {
  override readonly name = "WrongWords";
}

export interface Taken {
  readonly value: string | undefined;
  readonly rest: readonly string[];
}

/** `--name VALUE` or `--name=VALUE`, taken out; the last one counts. Throws `WrongWords` when the value is missing. */
export function takeOption(argv: readonly string[], ...names: readonly string[]): Taken {
  const rest: string[] = [];
  let value: string | undefined;
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? "";
    const assigned = names.find((name) => name.startsWith("--") && word.startsWith(`${name}=`));
    if (assigned !== undefined) value = word.slice(assigned.length + 1);
    else if (names.includes(word)) {
      at += 1;
      value = argv[at];
      if (value === undefined) throw new WrongWords(`${word} needs a value.`);
    } else rest.push(word);
  }
  return { value, rest };
}

/** `--name` alone, taken out. */
export function takeSwitch(
  argv: readonly string[],
  name: string,
): { readonly on: boolean; readonly rest: readonly string[] } {
  return { on: argv.includes(name), rest: argv.filter((word) => word !== name) };
}
