// The policy's part of the configuration's schema.
import { approvalsSchema, weeklyHours } from "./schema-approvals.ts";
import { date, described, duration, list, name, names, object, type Schema, text } from "./schema-parts.ts";
import { calendar, condition, limits, policyZone } from "./schema-when.ts";

const ruleName: Schema = { ...name, examples: ["production-changes"] };

const rule = object(
  "One rule: a name, what it matches, and exactly one of `allow`, `deny` and `approvals`.",
  {
    name: described(ruleName, "Shown to people and kept in the record."),
    when: condition,
    allow: { description: "Lets it, as far as this rule goes.", type: "boolean", enum: [true] },
    deny: described(text, "Forbids it; the text is the reason that people are shown."),
    approvals: approvalsSchema,
    limits,
    replaces: described(ruleName, "A rule that does not count where this one matches. Nothing else relaxes a rule."),
  },
  ["name"],
);

const freeze = object(
  "A time in which changes are refused: `between` two moments, in `weekly` hours, or on the days of `calendars`.",
  {
    name: described(ruleName, "Shown to people and kept in the record."),
    when: condition,
    between: object(
      "Two moments, with their offset from UTC.",
      { from: described(date, "The first moment."), until: described(date, "The first moment after it.") },
      ["from", "until"],
    ),
    weekly: weeklyHours("Hours that return every week; an end before the beginning is on the next day."),
    calendars: names("Calendars, on whose days changes are refused."),
    reason: described(text, "Shown to people whose change is refused."),
  },
  ["name", "reason"],
);

export const policySchema = object(
  "Who may do what, and whose approval it takes. All rules that match count, the strictest wins, and what no rule allows is refused.",
  {
    defaults: object(
      "What rules mean that say nothing else.",
      {
        expiresIn: { ...described(duration, "A request that is not approved by then ends."), default: "2h" },
        startWithin: { ...described(duration, "An approved request must start within this."), default: "15m" },
        denials: {
          description: "How many denials end a request.",
          type: "integer",
          minimum: 1,
          maximum: 20,
          default: 1,
        },
      },
      [],
    ),
    rules: { ...list("The rules; their order does not matter.", rule), minItems: 1 },
    freezes: list("Times in which changes are refused.", freeze),
    calendars: list("Days by name, for rules and freezes.", calendar),
    zone: policyZone,
  },
  ["rules"],
);
