// Types of compose-text.js, for tests.
export interface Named {
  readonly users: readonly { readonly id: string; readonly name: string }[];
  readonly channels: readonly { readonly id: string; readonly name: string }[];
}

export type Intent =
  | { readonly kind: "nothing" | "say" | "command" }
  | { readonly kind: "refused"; readonly message: string };

export function fromWire(wire: string, named: Named): string;
export function intentOf(
  typed: string,
  place: { readonly thread: boolean; readonly files: number },
  commands: readonly string[],
): Intent;
