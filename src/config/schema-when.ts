// The schema of what a rule asks: who, what, where and when, and of what it allows at the most.
import { assurances } from "../core/person.ts";
import { weeklyHours } from "./schema-approvals.ts";
import { described, list, name, names, object, type Schema, text, texts } from "./schema-parts.ts";

const zone: Schema = { ...text, examples: ["Europe/Berlin"] };

const hours = weeklyHours("Hours of a week; an end before the beginning is on the next day.");

export const condition = object(
  "What a rule asks; all that is written must hold, and what is left out matches everything. A `*` stands for any text.",
  {
    verbs: names("Verbs, such as `rollback` or `set image`."),
    actions: names("`read`, `change`, or `own` for verbs about the bot itself."),
    args: {
      ...texts("Arguments of the verb and the values that match.", names("Values that match.")),
      minProperties: 1,
    },
    risks: names("Risk facts, one of which the plan must have."),
    groups: names("Groups, one of which the asker must be in."),
    subjects: names("People: `issuer#sub` of a sign-in, or a member id of Slack. One of them must ask."),
    assurance: {
      description:
        "The least that must be known of the asker: only for rules that let. Left out: `linked` where sign-in is configured, else `none`.",
      type: "string",
      enum: assurances,
    },
    onCall: names("On-call schedules, on one of which the asker is now."),
    clusters: names("Names of clusters."),
    environments: names("Environments of clusters."),
    namespaces: names("Namespaces of the objects."),
    kinds: names("Kinds as `kubectl get -o name` prints them: `deployment.apps`, `configmap`."),
    names: names("Names of the objects."),
    labels: {
      ...texts("Labels that the objects must carry, all of them; `*` asks for the label with any value.", {
        type: "string",
        maxLength: 63,
      }),
      minProperties: 1,
    },
    withoutLabels: names("Labels that the objects must not carry."),
    hours: { ...list("Within one of these hours.", hours), minItems: 1 },
    outside: { ...list("Within none of these hours.", hours), minItems: 1 },
    calendars: names("On a day of one of these calendars."),
    outsideCalendars: names("On no day of any of these calendars."),
    if: {
      description: "A CEL expression that must be true; docs/policy-language.md lists what it may name.",
      type: "string",
      minLength: 1,
      examples: ["plan.replicas.after > plan.replicas.before * 2"],
    },
  },
  [],
);

const most = (what: string): Schema => ({ description: what, type: "integer", minimum: 0, maximum: 1_000_000 });

export const limits = object(
  "The most that one request may do where the rule matches; what goes beyond is refused with the number.",
  {
    replicas: most(
      "Pods that any one object asks for afterwards: replicas, an autoscaler's most, a job's parallelism.",
    ),
    objects: most("Objects that change."),
    namespaces: most("Namespaces in which objects change."),
    deletions: most("Objects that are deleted."),
  },
  [],
);

const date: Schema = { type: "string", pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", examples: ["2026-12-24"] };

export const calendar = object(
  "Days that rules and freezes name together, such as public holidays; each lasts from local midnight to local midnight.",
  {
    name: described({ ...name, examples: ["holidays"] }, "What rules call it."),
    zone: described(zone, "IANA time zone; left out: the policy's."),
    days: {
      ...list("Days as `2026-12-25`, or maps of `from` and `until`, both ends included.", {
        ...date,
        type: ["string", "object"],
        additionalProperties: false,
        properties: { from: described(date, "The first day."), until: described(date, "The last day.") },
        required: ["from", "until"],
      }),
      minItems: 1,
    },
  },
  ["name", "days"],
);

export const policyZone: Schema = {
  ...described(zone, "IANA time zone of hours, calendars and `now` that name none."),
  default: "UTC",
};
