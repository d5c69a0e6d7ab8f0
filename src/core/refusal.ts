// A refusal: an expected "no" for a person, as a value; faults are thrown instead.
import type { RefusalCode } from "./refusal-codes.ts";

/**
 * `message` says what is wrong, with the value in it; `hint` says what to type or do next and lists what would have been
 * right. Both are plain text: other people's words in them are escaped by whoever renders them.
 */
export interface Refusal {
  readonly kind: "refusal";
  readonly code: RefusalCode;
  readonly message: string;
  readonly hint: string;
  /** Choices that would be right, e.g. the targets that match: a surface may show them as a menu. */
  readonly choices?: readonly Choice[];
  /** For `field-conflict`: each field, and the manager that owns it. */
  readonly conflicts?: readonly FieldConflict[];
}

export interface FieldConflict {
  /** As the API server writes it, e.g. `.spec.replicas`. */
  readonly field: string;
  /** e.g. `"kubectl" using apps/v1`. */
  readonly owner: string;
}

export interface Choice {
  readonly label: string;
  /** The whole command that this choice stands for, without the prefix. */
  readonly command: string;
}

export function refuse(code: RefusalCode, message: string, hint: string, choices?: readonly Choice[]): Refusal {
  return choices === undefined
    ? { kind: "refusal", code, message, hint }
    : { kind: "refusal", code, message, hint, choices };
}

export function isRefusal(value: unknown): value is Refusal {
  return typeof value === "object" && value !== null && (value as { kind?: unknown }).kind === "refusal";
}
