// Which of a command's words stands for which parameter.
import type { AnyAction } from "../core/action.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import { isBuiltInKind } from "./kind-words.ts";
import { usageOf } from "./usage.ts";

/** Parameter → text, in the verb's order; refuses words that are left over. */
export function placeWords(
  action: AnyAction,
  flags: Readonly<Record<string, string>>,
  words: readonly string[],
): Readonly<Record<string, string>> | Refusal {
  const typed: Record<string, string> = Object.assign(Object.create(null), flags);
  const left = takeSaid(action, typed, words);
  const open = Object.entries(action.params).filter(
    ([key, { place }]) => (place === "word" || place === "target" || place === "rest") && !Object.hasOwn(typed, key),
  );
  for (const [index, [key, param]] of open.entries()) {
    const needed = open.slice(index + 1).filter(([, later]) => !later.optional).length;
    if (param.place === "rest") {
      if (left.length > 0) typed[key] = left.splice(0).join(" ");
      continue;
    }
    const word = param.place === "target" ? takeTarget(left, needed) : left.shift();
    if (word !== undefined) typed[key] = word;
  }
  return left.length === 0 ? typed : tooMany(action, left);
}

/**
 * `on shop for 2h`: what follows a parameter's own word is that parameter, wherever it stands; without the word it is placed in
 * order. A target is taken last, as it may be two words.
 */
function takeSaid(action: AnyAction, typed: Record<string, string>, words: readonly string[]): string[] {
  const left = [...words];
  const said = Object.entries(action.params).filter(([, { after }]) => after !== undefined);
  for (const [key, param] of said.sort(([, a], [, b]) => Number(a.place === "target") - Number(b.place === "target"))) {
    const at = left.findIndex((word) => word.toLowerCase() === param.after);
    if (at === -1 || at + 1 >= left.length || Object.hasOwn(typed, key)) continue;
    const rest = left.splice(at).slice(1);
    const word = param.place === "target" ? takeTarget(rest, 0) : rest.shift();
    if (word !== undefined) typed[key] = word;
    left.push(...rest);
  }
  return left;
}

/**
 * kubectl's `deployment checkout` is `deployment/checkout`, when enough words are left for what the verb needs besides. Where
 * the thread gives the target, a verb's only other word, as in `scale 5`, is still that word.
 */
function takeTarget(left: string[], needed: number): string | undefined {
  if (left.length > 0 && left.length === needed && /^\d+$|=/.test(left[0] ?? "")) return undefined;
  const word = left.shift();
  const [next] = left;
  const joins = word !== undefined && isBuiltInKind(word) && next !== undefined && left.length > needed;
  if (!joins || /[=/:]/.test(next)) return word;
  left.shift();
  return `${word}/${next}`;
}

function tooMany(action: AnyAction, left: readonly string[]): Refusal {
  const usage = `Usage: ${usageOf(action)}`;
  const hint = action.kind === "change" ? `${usage}. A reason goes at the end, after the word because.` : usage;
  return refuse("too-many-words", `I don't know what “${left.join(" ")}” means after ${action.name}.`, hint);
}
