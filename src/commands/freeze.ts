// `freeze`: changes of a place are refused from now on until a given time, by anybody and in every surface.
import { defineChange } from "../core/action.ts";
import { digestOf } from "../core/digest.ts";
import { type FreezeScope, type SetFreeze, scopeWords } from "../core/freezes.ts";
import type { Json } from "../core/json.ts";
import { flag, flagOf, rest } from "../core/params.ts";
import type { CalendarWindow } from "../core/ports/freezes.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import { momentText } from "../core/zone.ts";
import { draft } from "./parts/change.ts";
import { readScope } from "./parts/freeze-scope.ts";
import { readList, settleFreeze, wrongWindow } from "./parts/freeze-words.ts";

interface Facts {
  readonly scope: FreezeScope;
  readonly set: readonly SetFreeze[];
  /** Of a calendar; null: from now on. */
  readonly days: CalendarWindow | null;
}

const word = /^[a-z][a-z0-9-]{1,30}$/;

export const freeze = defineChange({
  name: "freeze",
  schema: 1,
  summary: "Refuse changes of a place for a time",
  examples: [
    "freeze production for 2h because payment migration",
    "freeze production/payments --verbs apply,set-image --until 18:00 because of the audit",
    "freeze production --calendar holidays because of the season",
    "freeze everything because we do not understand what is happening",
  ],
  params: {
    scope: rest({
      usage: "SCOPE",
      summary: "environments or clusters, with /NAMESPACE, and `for 2h`; four hours when nothing says when it ends",
    }),
    until: flag({ usage: "TIME", summary: "18:00, or 2026-11-24T08:00, by your own clock" }),
    calendar: flag({ usage: "CALENDAR", summary: "the next days of a calendar of the policy, in its zone" }),
    verbs: flagOf({ usage: "VERBS", summary: "only these, with commas between" }, readList),
    kinds: flagOf({ usage: "KINDS", summary: "only objects of these kinds, with commas between" }, readList),
    name: flagOf({ usage: "NAME", summary: "what it is called; drawn when left out" }, readName),
  },
  needs: ["freezes", "clusters", "catalogue"],
  settle: settleFreeze,
  observe: async ({ freezes, clusters, catalogue }, args, asking): Promise<Facts | Refusal> => {
    const set = await freezes.set();
    if (isRefusal(set)) return set;
    const places = args.scope.split(" ").filter((one) => one !== "");
    const scope = await readScope(clusters, catalogue, { places, kinds: args.kinds ?? [], verbs: args.verbs ?? [] });
    if (isRefusal(scope)) return scope;
    const days = args.calendar === undefined ? null : freezes.calendar(args.calendar, asking.requestedAt);
    return isRefusal(days) ? days : { scope, set, days };
  },
  decide: ({ scope, set, days }, args, asking) => {
    const from = Math.max(asking.requestedAt, days?.from ?? 0);
    const until = days?.until ?? Date.parse(args.until ?? "");
    const wrong = days === null ? null : wrongWindow(days, asking.requestedAt);
    if (wrong !== null) return wrong;
    if (Number.isNaN(until)) return refuse("bad-argument", "The freeze has no end.", "Add: for 2h");
    const name = args.name ?? drawn(scope, asking.requestedAt);
    const known = set.find((one) => one.name === name);
    if (known !== undefined && known.until > asking.requestedAt)
      return refuse(
        "already-so",
        `There is a freeze ${name} already: ${scopeWords(known.scope)}, set by ${known.by.name}.`,
        `Choose another --name, or type: unfreeze ${name}`,
      );
    const before = known === undefined ? null : (known as unknown as Json);
    return draft({
      title: `Freeze ${scopeWords(scope)} (${name})${daysText(days, args.calendar)}`,
      changes: [
        { kind: "setting", setting: "freezes", item: name, before, after: { name, scope: json(scope), from, until } },
      ],
      goals: [{ kind: "setting", setting: "freezes", item: name, value: true }],
      undo: { kind: "command", invocation: { verb: "unfreeze", args: { name } }, says: `Type: unfreeze ${name}` },
      risks: [
        {
          kind: "stops-changes",
          level: "medium",
          says: `Changes of ${scopeWords(scope)} are refused, also those that are approved already.`,
          object: "",
        },
      ],
      notes: [
        "It ends by itself. What is being written stops before its next write; results are watched to their end.",
      ],
    });
  },
});

/** By the calendar's own clock: titles are read in every zone. */
function daysText(days: CalendarWindow | null, calendar = ""): string {
  if (days === null) return "";
  const { from, until, zone } = days;
  return ` on ${calendar}, from ${momentText(from, zone)} until ${momentText(until, zone)} ${zone}`;
}

const json = (scope: FreezeScope): Json => ({ ...scope });

/** The same for the same words at the same moment, whoever plans it. */
function drawn(scope: FreezeScope, at: number): string {
  const letters = "0123456789abcdefghjkmnpqrstvwxyz";
  const hex = digestOf({ scope: json(scope), at }).slice("sha256:".length);
  const draw = [0, 2, 4, 6].map((from) => letters[Number.parseInt(hex.slice(from, from + 2), 16) & 31] ?? "0");
  return `fz-${draw.join("")}`;
}

function readName(text: string): string | Refusal {
  if (word.test(text)) return text;
  return refuse(
    "bad-argument",
    `“${text}” can't be a freeze's name.`,
    "Use small letters, digits and hyphens, such as payment-migration.",
  );
}
