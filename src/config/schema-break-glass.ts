// The schema of break-glass: who may run what without its missing approvals, and who looks at it afterwards.

import { reason } from "./schema-approvals.ts";
import { channel, described, duration, name, names, object, type Schema } from "./schema-parts.ts";
import { condition } from "./schema-when.ts";

const { groups: _, ...aboutPlan } = condition.properties ?? {};

const review = object(
  "Who looks at each use afterwards; never who used it, asked for it or wrote it.",
  {
    group: described(name, "The group that reviews."),
    count: {
      description: "How many of them must.",
      type: "integer",
      minimum: 1,
      maximum: 10,
      default: 2,
    },
    within: { ...described(duration, "A use is to be reviewed within this."), default: "24h" },
    escalateTo: described(name, "A group that is told when it was not, and may review then as well."),
  },
  ["group"],
);

export const breakGlassSchema: Schema = object(
  "Break-glass: running a waiting request without its missing approvals. Part of the policy; left out, nobody can. Denials of rules and of people hold all the same.",
  {
    groups: names("Groups whose members may."),
    when: {
      ...condition,
      description: "What it reaches: every object of the plan must match. Left out: every plan.",
      properties: aboutPlan,
    },
    exceptRisks: names("Risk facts that no plan may have that is run so."),
    startWithin: {
      ...described(duration, "The request must start within this, or the use is void."),
      default: "5m",
    },
    maxFor: described(duration, "The longest that access lasts which is granted so."),
    reason: {
      ...described(reason, "The form of the reason: `required`, or a pattern with an example. There is none without."),
    },
    tell: {
      ...names(
        "Channels that are told at once, besides the audit channel and everybody who was skipped; at least one.",
      ),
      items: channel,
    },
    assurance: {
      description: "How well the person must be known, at least.",
      type: "string",
      enum: ["none", "directory", "linked", "linked-step-up"],
      default: "directory",
    },
    throughFreezes: {
      description: "Whether it also starts what a freeze holds back.",
      type: "boolean",
      default: false,
    },
    openUses: {
      description: "So many unreviewed uses may one person have; the next is refused.",
      type: "integer",
      minimum: 1,
      maximum: 10,
      default: 1,
    },
    review,
  },
  ["groups", "tell", "review"],
);
