// The schema of a file of policy cases, for `countersign policy test`.
import { assurances } from "../core/person.ts";
import { date, described, file, list, names, object, type Schema, text, texts } from "./schema-parts.ts";

const pods: Schema = { type: "integer", minimum: 0, maximum: 1_000_000 };

const place: Schema = {
  type: ["string", "object"],
  minLength: 1,
  additionalProperties: false,
  properties: {
    on: described(text, "`cluster:namespace/kind/name`; a namespace or a whole cluster for reads."),
    labels: texts("Its labels.", { type: "string", maxLength: 63 }),
    operation: { description: "What is done to it.", type: "string", enum: ["create", "update", "delete"] },
    replicas: object(
      "Pods that it asks for.",
      { before: described(pods, "Before."), after: described(pods, "Afterwards.") },
      ["after"],
    ),
    count: {
      description: "So many objects of this kind; their names get a number.",
      type: "integer",
      minimum: 1,
      maximum: 1_000,
    },
  },
  required: ["on"],
};

const who = object(
  "Who asks.",
  {
    userId: described(text, "Member id of Slack."),
    subject: described(text, "`issuer#sub` of the sign-in."),
    groups: names("The groups the person is in."),
    assurance: {
      description: "How the person is known; left out: `linked`.",
      type: "string",
      enum: assurances,
      default: "linked",
    },
    onCall: names("Schedules that the person is on shift of; left out: none."),
  },
  [],
);

const given = object(
  "What is asked.",
  {
    who,
    verb: described(text, "The verb."),
    args: texts("Its arguments.", { type: ["string", "integer"], maxLength: 1_000 }),
    places: list("What it changes or looks at: `cluster:namespace/kind/name`, or a map with more.", place),
    risks: names("Risk facts of the plan."),
    at: described(date, "When; left out: a Wednesday at noon, UTC."),
    reason: described(text, "The reason that is given."),
    dryRun: { description: "Only a dry run.", type: "boolean" },
  },
  ["verb"],
);

const approvals = object(
  "Approvals are asked for; what is left out may be anything.",
  {
    need: described(text, "Whose, in the words of `why`: `1 of platform and 1 of payments-leads`."),
    rules: names("All the rules that ask, in any order."),
    stepUp: { description: "Whether each vote takes a fresh sign-in.", type: "boolean" },
    assurance: { description: "The least assurance of those who vote.", type: "string", enum: assurances },
    ticket: { description: "Whether a ticket is needed.", type: "boolean" },
    veto: names("Groups of whom one denial ends the request."),
  },
  [],
);

export const casesSchema: Schema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "Cases for a policy",
  ...object(
    "What a policy must say, for `countersign policy test`.",
    {
      policy: described(file, "The configuration whose policy is tested, beside this file."),
      cases: {
        ...list(
          "The cases.",
          object(
            "A case.",
            {
              name: described(text, "What it shows."),
              given,
              expect: {
                ...object(
                  "Exactly one of these; `expect: allow` and `expect: deny` stand for themselves.",
                  {
                    allow: { description: "It runs at once.", type: "boolean", enum: [true] },
                    deny: described(
                      text,
                      "The rule or freeze that refuses it, or the refusal's code, such as `no-rule`.",
                    ),
                    approvals,
                  },
                  [],
                ),
                type: ["object", "string"],
                if: { type: "object" },
                else: { enum: ["allow", "deny", "approvals"] },
              },
            },
            ["name", "given", "expect"],
          ),
        ),
        minItems: 1,
      },
    },
    ["cases"],
  ),
};
