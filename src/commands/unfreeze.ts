// `unfreeze`: a freeze that somebody set ends before its time.
import { defineChange } from "../core/action.ts";
import { type SetFreeze, scopeWords } from "../core/freezes.ts";
import type { Json } from "../core/json.ts";
import { nearest } from "../core/nearest.ts";
import { wordOf } from "../core/params.ts";
import type { Invocation } from "../core/plan.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import { draft } from "./parts/change.ts";

interface Facts {
  readonly found: SetFreeze | null;
  readonly known: readonly string[];
  readonly configured: boolean;
}

export const unfreeze = defineChange({
  name: "unfreeze",
  schema: 1,
  summary: "End a freeze that somebody set, before its time",
  examples: ["unfreeze fz-4k7m because the migration is done"],
  params: { name: wordOf({ usage: "NAME", summary: "the freeze's name; freezes shows it" }, (text) => text) },
  needs: ["freezes", "clock"],
  observe: async ({ freezes, clock }, args): Promise<Facts | Refusal> => {
    const set = await freezes.set();
    if (isRefusal(set)) return set;
    const found = set.find((one) => one.name === args.name) ?? null;
    const all = found === null ? await freezes.overview(clock.now()) : [];
    const configured = !isRefusal(all) && all.some((one) => one.name === args.name && one.by === null);
    return { found, known: set.map((one) => one.name), configured };
  },
  decide: ({ found, known, configured }, args) => {
    if (found === null) return noSuchFreeze(args.name, { known, configured });
    return draft({
      title: `End the freeze of ${scopeWords(found.scope)} (${found.name}, set by ${found.by.name}: ${found.reason})`,
      changes: [
        { kind: "setting", setting: "freezes", item: found.name, before: found as unknown as Json, after: null },
      ],
      goals: [{ kind: "setting", setting: "freezes", item: found.name, value: false }],
      undo: { kind: "command", invocation: again(found), says: "Freeze it again, until the same time" },
      risks: [
        {
          kind: "resumes-changes",
          level: "medium",
          says: `Changes of ${scopeWords(found.scope)} go on; approved requests that wait for it start at once.`,
          object: "",
        },
      ],
    });
  },
});

function noSuchFreeze(name: string, of: Pick<Facts, "known" | "configured">): Refusal {
  if (of.configured)
    return refuse(
      "no-such-freeze",
      `${name} is a freeze of the policy, which no command ends.`,
      "Change it in the configuration, which is countersigned; or wait until it is over: freezes shows when.",
    );
  const near = nearest(name, of.known);
  const hint = near.length > 0 ? `Did you mean ${near.join(" or ")}?` : "Type freezes to see what is frozen.";
  return refuse("no-such-freeze", `Nobody has set a freeze “${name}”, or it is over.`, hint);
}

/** The command that would set it again. */
function again({ name, scope, until }: SetFreeze): Invocation {
  const wide = [...scope.environments, ...scope.clusters];
  const places = wide.length === 0 ? ["everything"] : wide;
  const within =
    scope.namespaces.length === 0 ? places : places.flatMap((one) => scope.namespaces.map((ns) => `${one}/${ns}`));
  return {
    verb: "freeze",
    args: {
      scope: within.join(" "),
      until: new Date(until).toISOString(),
      ...(scope.verbs.length === 0 ? {} : { verbs: scope.verbs.join(",") }),
      ...(scope.kinds.length === 0 ? {} : { kinds: scope.kinds.join(",") }),
      name,
    },
  };
}
