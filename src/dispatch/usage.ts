// Usage lines and the catalogue of verbs, generated from the actions themselves.
import type { AnyAction } from "../core/action.ts";
import type { Param } from "../core/params.ts";
import type { VerbEntry } from "../core/ports/requests.ts";

/** Flags that every verb of a kind takes. */
export const commonFlags = {
  read: [{ name: "share", usage: "", summary: "show the answer to the whole channel" }],
  change: [
    { name: "reason", usage: "TEXT", summary: "why; the same as ending with because …" },
    { name: "dry-run", usage: "", summary: "show the plan and what it would need, and do nothing" },
  ],
  own: [],
} as const satisfies Record<AnyAction["kind"], readonly { name: string; usage: string; summary: string }[]>;

export function flagName(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

export function usageOf(action: AnyAction): string {
  const words = Object.entries(action.params).map(([key, param]) => usageWord(key, param));
  return [action.name, ...words.filter((word) => word !== "")].join(" ");
}

function usageWord(key: string, param: Param<unknown>): string {
  switch (param.place) {
    case "word":
    case "target": {
      const said = param.after === undefined ? param.usage : `${param.after} ${param.usage}`;
      return param.optional ? `[${said}]` : said;
    }
    case "rest":
      return param.optional ? `[${param.usage}…]` : `${param.usage}…`;
    case "flag":
      return `[--${flagName(key)} ${param.usage}]`;
    case "switch":
      return `[--${flagName(key)}]`;
    case "document":
    case "field":
      return "";
  }
}

export function entryOf(action: AnyAction): VerbEntry {
  const own = Object.entries(action.params)
    .filter(([, param]) => param.place === "flag" || param.place === "switch")
    .map(([key, param]) => ({ name: flagName(key), usage: param.usage, summary: param.summary }));
  return {
    name: action.name,
    kind: action.kind,
    summary: action.summary,
    usage: usageOf(action),
    flags: [...own, ...commonFlags[action.kind]],
    examples: action.examples,
  };
}
