// What the command line prints.
import type { Refusal } from "../core/refusal.ts";

export function problem(message: string, hint: string): string {
  return `${message}\n${hint}\n`;
}

export function refusalText(refusal: Refusal): string {
  const choices = (refusal.choices ?? []).map((choice) => `  ${choice.label}`).join("\n");
  return `${refusal.message}\n${refusal.hint}\n${choices === "" ? "" : `${choices}\n`}`;
}
