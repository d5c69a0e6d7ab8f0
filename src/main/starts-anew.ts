// Whether what was accepted since the start can rule only after another one, and which keys make it so (R31).
import type { Config } from "../core/config.ts";
import type { JsonObject } from "../core/json.ts";
import { startSections } from "../core/policy-sections.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import { fieldDifferences } from "../kubernetes/diff.ts";

const keysShown = 4;

/**
 * Two issuers cannot both say who somebody is, nor two mappings what they may: until the bot has started anew nothing is changed
 * under either.
 */
export function heldBack(started: Config, accepted: Config): Refusal | null {
  const keys = fieldDifferences(startParts(started.policySource), startParts(accepted.policySource)).map(
    ({ path }) => path,
  );
  if (keys.length === 0) return null;
  const more = keys.length > keysShown ? ` and ${keys.length - keysShown} more` : "";
  return refuse(
    "starting-anew",
    `What was accepted changes ${keys.slice(0, keysShown).join(", ")}${more}, and I still run with what was there before: nothing is changed until I have started anew.`,
    "I do that by myself, in a few seconds. Where it does not happen, whoever runs the bot must start it again.",
  );
}

function startParts(source: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(source).filter(([name]) => startSections.includes(name)));
}
