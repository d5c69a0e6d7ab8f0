// Faulty rules set aside, so that the rest of a policy is checked in the same go: all errors at once.
import { isJsonObject } from "../core/json.ts";
import { type Problem, pathText } from "./problem.ts";

/**
 * The value with a harmless rule in the place of each rule that the schema refuses, under the same name and index; null when
 * something else is wrong too, since then nothing further can be said.
 */
export function withPlaceholders(value: unknown, problems: readonly Problem[]): unknown | null {
  const faulty = new Set<number>();
  for (const { path } of problems) {
    const [policy, rules, index] = path;
    if (policy !== "policy" || rules !== "rules" || typeof index !== "number") return null;
    faulty.add(index);
  }
  if (!isJsonObject(value) || !isJsonObject(value.policy) || !Array.isArray(value.policy.rules)) return null;
  const rules: readonly unknown[] = value.policy.rules;
  const mended = rules.map((rule, index) => (faulty.has(index) ? placeholder(rule, index) : rule));
  return { ...value, policy: { ...value.policy, rules: mended } };
}

/** Problems that are not about a rule that was set aside. */
export function beyond(problems: readonly Problem[], setAside: readonly Problem[]): readonly Problem[] {
  const places = new Set(setAside.map(({ path }) => pathText(path.slice(0, 3))));
  return problems.filter(({ path }) => !places.has(pathText(path.slice(0, 3))));
}

const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

function placeholder(rule: unknown, index: number): unknown {
  const given = isJsonObject(rule) && typeof rule.name === "string" ? rule.name : "";
  return { name: namePattern.test(given) ? given : `unnamed-${index + 1}`, allow: true };
}
