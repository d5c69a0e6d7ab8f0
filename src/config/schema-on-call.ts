// The schema of on-call schedules: who is asked first when something waits to be countersigned.
import { clock, date, described, duration, list, name, object, type Schema, text, texts } from "./schema-parts.ts";

/** As rules name people in `subjects`. */
const somebody: Schema = {
  type: "string",
  pattern: "^([UW][A-Z0-9]{2,}|https://[^# ]{1,500}#.{1,500})$",
  examples: ["U024BE7LH"],
};
const day: Schema = { type: "string", pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", examples: ["2026-01-05"] };
const environmentName: Schema = { type: "string", pattern: "^[A-Z][A-Z0-9_]{0,99}$", examples: ["PAGERDUTY_TOKEN"] };

const age = {
  refresh: { ...described(duration, "How often it is asked."), default: "5m" },
  maxAge: {
    ...described(duration, "What was heard longer ago says nothing: then nobody is taken for on shift."),
    default: "30m",
  },
  privateAddresses: {
    description: "Lets it stand in a private network. Left out: a name that leads there is not asked.",
    type: "boolean",
    default: false,
  },
} as const satisfies Record<string, Schema>;

const rotation = object(
  "A rotation, written down here.",
  {
    members: {
      ...list(
        "In the order of their turns: member ids of Slack, or `issuer#sub` of sign-ins, such as `https://id.example.com#1a2b`.",
        somebody,
      ),
      minItems: 1,
    },
    zone: described(text, "IANA time zone of the handovers, such as `Europe/Berlin`."),
    first: described(
      day,
      "The day on which the first member's turn begins; with weeks, its weekday is the handover's.",
    ),
    handover: { ...described(clock, "Local time of the handover."), default: "09:00" },
    days: { description: "Length of a turn, in days.", type: "integer", minimum: 1, maximum: 366, default: 7 },
    overrides: list(
      "Times in which somebody stands in for whoever's turn it is.",
      object(
        "One such time.",
        {
          from: described(date, "The first moment."),
          until: described(date, "The first moment after it."),
          person: described(somebody, "Who stands in, named as in `members`."),
        },
        ["from", "until", "person"],
      ),
    ),
  },
  ["members", "zone", "first"],
);

const calendar = object(
  "A calendar of shifts (iCalendar, RFC 5545), one event a shift.",
  {
    url: {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: what stands in the file
      description: "Its address. A secret part stands as `${NAME}` and is taken from that environment variable.",
      type: "string",
      pattern: "^https://[^ ]{3,1000}$",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: what stands in the file
      examples: ["https://calendar.example.com/shifts-${SHIFTS_KEY}.ics"],
    },
    people: texts(
      "Whom an event is about → member id of Slack, or `issuer#sub` of a sign-in. The left side is an attendee's e-mail address, or the event's title.",
      somebody,
    ),
    ...age,
  },
  ["url", "people"],
);

const pagerDuty = object(
  "A schedule of PagerDuty, asked through its REST API.",
  {
    schedule: described({ type: "string", pattern: "^[A-Z0-9]{4,40}$", examples: ["PI7DH85"] }, "The schedule's id."),
    tokenFrom: described(environmentName, "The environment variable that holds a read-only API key."),
    people: texts("User id of PagerDuty → member id of Slack, or `issuer#sub` of a sign-in.", somebody),
    api: {
      description: "The API's address: another one for the European service region.",
      type: "string",
      pattern: "^https://[^ /]{3,200}$",
      default: "https://api.pagerduty.com",
      examples: ["https://api.eu.pagerduty.com"],
    },
    ...age,
  },
  ["schedule", "tokenFrom", "people"],
);

export const onCallSchema = object(
  "Who is on shift: they are asked first, and rules may look at it.",
  {
    schedules: list(
      "The schedules.",
      object(
        "One schedule: a name, and exactly one of `static`, `ical` and `pagerduty`.",
        {
          name: described(name, "What groups and people call it."),
          static: rotation,
          ical: calendar,
          pagerduty: pagerDuty,
        },
        ["name"],
      ),
    ),
  },
  ["schedules"],
);
