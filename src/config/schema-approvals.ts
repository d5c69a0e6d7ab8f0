// The configuration's schema for approvals: whose, how sure of them, and when they are taken.
import { assurances } from "../core/person.ts";
import { pings } from "../core/policy.ts";
import { channel, clock, described, duration, list, names, object, type Schema, text } from "./schema-parts.ts";

export const reason: Schema = {
  type: ["string", "object"],
  if: { type: "object" },
  else: { enum: ["optional", "required"] },
  additionalProperties: false,
  properties: {
    pattern: described(text, "RE2 syntax; the reason must contain a match."),
    example: described(text, "A reason that matches: people are shown it."),
  },
  required: ["pattern", "example"],
};

const memberId: Schema = { type: "string", pattern: "^[UW][A-Z0-9]{2,}$", examples: ["U024BE7LH"] };

const needs: Schema = { type: "array", items: { $ref: "#/$defs/need" }, minItems: 1 };

const needProperties: Readonly<Record<string, Schema>> = {
  count: { description: "How many people must approve.", type: "integer", minimum: 1, maximum: 20 },
  from: names("Groups they must come from; any of them. Left out: any member of the workspace."),
  distinctGroups: {
    description: "The approvals must come from at least so many different ones of the groups in `from`.",
    type: "integer",
    minimum: 2,
    maximum: 20,
  },
  all: { ...needs, description: "All of these are needed, each by people of their own." },
  any: { ...needs, description: "Any one of these is enough." },
  stages: {
    ...needs,
    description:
      "All of these, one after another: nobody of a later one is asked, or may approve, before those before it are met.",
  },
};

/** Hours that return every week; freezes have them too. */
export function weeklyHours(description: string): Schema {
  return object(
    description,
    {
      zone: described({ ...text, examples: ["Europe/Berlin"] }, "IANA time zone; left out: the policy's."),
      days: {
        description: "Days on which it begins.",
        type: "array",
        items: { type: "string", enum: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] },
        minItems: 1,
      },
      from: described(clock, "Beginning, local time."),
      until: described(clock, "End, local time; `24:00` is midnight."),
    },
    ["days", "from", "until"],
  );
}

const stepUp = object(
  "Each approval takes a fresh sign-in of its own with the company's sign-in. Denying takes none.",
  {
    maxAge: described(duration, "How old that sign-in (`auth_time`) may be when the vote is cast."),
    acr: names("One of these must be the sign-in's `acr`, as the IdP names it. Left out: any."),
    amr: names("All of these must be among the sign-in's `amr`, such as `hwk` or `otp`. Left out: any."),
  },
  ["maxAge"],
);

const ticket = object(
  "A ticket that the reason to ask must name.",
  {
    pattern: described(text, "RE2 syntax; what it finds in the reason is the ticket's id."),
    example: described(text, "A reason that names one: people are shown it."),
    link: described(
      { ...text, pattern: "^https?://", examples: ["https://jira.example.com/browse/{ticket}"] },
      "Where a ticket is found, with `{ticket}` for its id: the card shows the id as a link.",
    ),
  },
  ["pattern", "example"],
);

export const approvalsSchema = object(
  "Approvals that are needed: `count` and `from`, or `all`, or `any`, or `stages`.",
  {
    ...needProperties,
    denials: { description: "How many denials end the request.", type: "integer", minimum: 1, maximum: 20 },
    veto: names("Groups of whom a single denial ends the request."),
    expiresIn: described(
      duration,
      "A request that is not approved by then ends. It counts from when the approvers' `hours` next begin, and never cuts off a planned start.",
    ),
    startWithin: described(
      duration,
      "An approved request must start within this, from its planned start on if it has one, or be approved again.",
    ),
    reasonToAsk: described(
      reason,
      "Whether asking needs a reason: `optional`, `required`, or a pattern with an example.",
    ),
    reasonToApprove: described(reason, "Whether approving needs a reason. Denying always does."),
    tell: { ...names("Channels that are told of the request besides the approvals channel."), items: channel },
    tellPeople: {
      ...names("Member ids of Slack: people who are told of the request by a direct message."),
      pattern: "^[UW][A-Z0-9]{2,}$",
      examples: ["U024BE7LH"],
      items: memberId,
    },
    tellGroups: names("Groups, everybody in which is told of the request by a direct message."),
    ticket,
    ping: {
      description:
        "Who of those who may countersign is pinged: `none`, those `on-call` now, or `all`. The others find the card.",
      type: "string",
      enum: pings,
    },
    rings: {
      description:
        "When after the posting everybody who can is reminded, and when `escalateTo` is told. Left out: after a third and two thirds of its life.",
      type: "array",
      items: duration,
      minItems: 2,
      maxItems: 2,
    },
    escalateTo: names("Groups that are told when nobody has come. Left out: a line in the approvals channel."),
    assurance: {
      description:
        "How surely those who approve must be known, at least. From `linked` on, Slack's user groups alone do not make anybody an approver.",
      type: "string",
      enum: [...assurances],
    },
    stepUp,
    hours: {
      ...list(
        "When approvals are taken: in any of these hours. Denying is possible at any time.",
        weeklyHours("Hours of a week."),
      ),
      minItems: 1,
    },
  },
  [],
);

export const needSchema = object("A needed approval.", needProperties, []);
