// The one JSON Schema of the configuration file; the reference page is generated from its descriptions.

import { accessSchema } from "./schema-access.ts";
import { needSchema } from "./schema-approvals.ts";
import { breakGlassSchema } from "./schema-break-glass.ts";
import { databaseSchema } from "./schema-database.ts";
import { identitySchema } from "./schema-identity.ts";
import { impersonationSchema } from "./schema-impersonation.ts";
import { jobsSchema } from "./schema-jobs.ts";
import { onCallSchema } from "./schema-on-call.ts";
import { operationsSchema } from "./schema-operations.ts";
import { channel, described, duration, file, list, name, names, object, type Schema, text } from "./schema-parts.ts";
import { policySchema } from "./schema-policy.ts";
import { retentionSchema } from "./schema-retention.ts";

const place: Schema = { ...name, examples: ["production"] };

const cluster = object(
  "A cluster: in which environment, and how it is reached.",
  {
    name: described(place, "What people type before the colon."),
    environment: described(place, "Such as `staging` or `production`; rules match it."),
    kubeconfig: described(file, "A kubeconfig file; left out: the usual one."),
    context: described(text, "A context of it; left out: its current one."),
    inCluster: { description: "Use the service account of the pod that the bot runs in.", type: "boolean" },
    default: { description: "What a target without a cluster means.", type: "boolean" },
    unstablePaths: names(
      "Paths that may differ between two dry runs, such as an annotation that a webhook draws at random.",
    ),
    impersonation: impersonationSchema,
  },
  ["name", "environment"],
);

const group = object(
  "A group of people.",
  {
    name: described(name, "What rules call it."),
    members: list("Member ids of Slack, such as `U024BE7LH`; never names or e-mail addresses.", {
      type: "string",
      pattern: "^[UW][A-Z0-9]{2,}$",
      examples: ["U024BE7LH"],
    }),
    slackUserGroup: described(text, "A Slack user group whose members count too, but not for the top tiers."),
    idpGroups: names("Groups as the identity provider names them, whose signed-in members count too."),
    groups: names("Groups of this file whose members are all members of this one too."),
    onCall: described(name, "The schedule that says who of them is on shift: only they are asked at first."),
  },
  ["name"],
);

export const configSchema: Schema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "Countersign's configuration",
  ...object(
    "The one configuration file.",
    {
      command: {
        description: "The slash command.",
        type: "string",
        pattern: "^/[a-z0-9_-]{1,31}$",
        default: "/ops",
        examples: ["/ops"],
      },
      dataDirectory: { ...described(file, "Where the bot keeps its database and keys."), default: "./.countersign" },
      database: databaseSchema,
      clusters: { ...list("The clusters that the bot works on.", cluster), minItems: 1 },
      channels: object(
        "Channels of Slack, by name or id.",
        {
          approvals: described(channel, "Where requests are posted."),
          audit: described(channel, "Where the record is posted."),
          defaults: list(
            "What targets mean that are typed in a channel.",
            object(
              "One channel's defaults.",
              {
                channel: described(channel, "The channel."),
                cluster: described(place, "Its cluster."),
                namespace: { ...described(name, "Its namespace."), examples: ["shop"] },
              },
              ["channel"],
            ),
          ),
        },
        ["approvals", "audit"],
      ),
      groups: list("Groups of people, from this file or from Slack.", group),
      identity: identitySchema,
      onCall: onCallSchema,
      policy: policySchema,
      access: accessSchema,
      breakglass: breakGlassSchema,
      audit: object(
        "The record.",
        { checkpoints: described(file, "A directory outside the data directory that takes every signed checkpoint.") },
        ["checkpoints"],
      ),
      retention: retentionSchema,
      limits: object(
        "Limits.",
        {
          manifestBytes: {
            description: "Largest manifest, in bytes.",
            type: "integer",
            minimum: 1_000,
            maximum: 3_000_000,
            default: 1_000_000,
          },
          groupMaxAge: { ...described(duration, "How old knowledge of who is in a group may be."), default: "5m" },
          delegation: {
            ...described(duration, "The longest time for which somebody may lend their groups."),
            default: "7d",
          },
          votesPerMinute: {
            description: "Votes of one person, at each replica.",
            type: "integer",
            minimum: 1,
            maximum: 1_000,
            default: 30,
          },
          commandsPerMinute: {
            description: "Commands of one person, at each replica.",
            type: "integer",
            minimum: 1,
            maximum: 1_000,
            default: 60,
          },
        },
        [],
      ),
      jobs: jobsSchema,
      http: object(
        "Where sign-in pages and, in HTTP mode, Slack's requests are answered.",
        {
          port: {
            description: "TCP port; 0 takes a free one.",
            type: "integer",
            minimum: 0,
            maximum: 65_535,
            default: 8080,
          },
          host: { ...described(text, "Address to listen on."), default: "127.0.0.1" },
          drainFor: {
            ...described(
              duration,
              "With a database: how long a replica that is told to stop still takes what arrives, so long as your balancer needs to see that it is not ready.",
            ),
            default: "5s",
          },
        },
        [],
      ),
      operations: operationsSchema,
    },
    ["clusters", "channels", "policy", "audit"],
  ),
  $defs: { need: needSchema },
};
