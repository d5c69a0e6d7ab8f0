// Events of the bot itself: its start and end, its policy and settings, its record and posts.
import {
  byBot,
  byPersonAlone,
  count,
  type EventKind,
  oneOf,
  sampleDigest,
  sampleTime,
  says,
  text,
  textOrNull,
  texts,
} from "./event-kind.ts";

export const botEvents = {
  "bot.started": {
    details: {
      version: text("The bot's version."),
      policy: text("The digest of the policy in force."),
      clusters: texts("The clusters' names."),
      says,
    },
    required: ["version", "policy", "clusters"],
    success: byBot({ code: "bot.started", details: { version: "0.1.0", policy: sampleDigest, clusters: ["dev"] } }),
    failure: byBot({ code: "bot.started", outcome: "failed", details: { says: "The cluster dev cannot be reached." } }),
  },
  "bot.stopped": {
    details: { signal: textOrNull("The signal that asked for it."), says },
    required: [],
    success: byBot({ code: "bot.stopped", details: { signal: "SIGTERM" } }),
    failure: byBot({ code: "bot.stopped", outcome: "failed", details: { says: "The store does not answer." } }),
  },
  "policy.loaded": {
    details: {
      policy: text("The policy's digest."),
      before: textOrNull("The digest of the policy that it replaces."),
      rules: count("How many rules it has."),
      by: text("How it was accepted: by the first start, by an upgrade, on the bot's machine, or by a request."),
      says,
    },
    required: ["policy"],
    success: byBot({ code: "policy.loaded", details: { policy: sampleDigest, before: null, rules: 7 } }),
    failure: byBot({
      code: "policy.loaded",
      outcome: "refused",
      details: { policy: sampleDigest, says: "It was not accepted under the policy before it." },
    }),
  },
  "policy.offered": {
    details: {
      policy: text("The digest of the policy that the file holds."),
      inForce: text("The digest of the policy that rules."),
      sections: texts("The sections of the file that differ."),
      accept: text("How it comes into force."),
      says,
    },
    required: ["policy", "inForce"],
    success: byBot({
      code: "policy.offered",
      details: {
        policy: sampleDigest,
        inForce: sampleDigest,
        sections: ["groups", "policy"],
        accept: "to put it in force, type: policy apply",
      },
    }),
    failure: byBot({
      code: "policy.offered",
      outcome: "refused",
      details: { says: "The configuration file is wrong, so nothing of it is taken." },
    }),
  },
  "read.batch": {
    details: {
      from: count("When the first of them was answered, in ms since 1970."),
      until: count("When the last of them was answered."),
      reads: {
        type: "array",
        description: "Who read what, how often, in the order of the first time.",
        items: {
          type: "object",
          properties: {
            userId: { type: "string" },
            verb: { type: "string" },
            target: { type: ["string", "null"] },
            outcome: { enum: ["ok", "refused", "failed"] },
            count: { type: "integer", minimum: 1 },
          },
          required: ["userId", "verb", "outcome", "count"],
        },
      },
      says,
    },
    required: ["reads"],
    success: byBot({
      code: "read.batch",
      details: {
        from: sampleTime,
        until: sampleTime + 4_000,
        reads: [{ userId: "U061F7AUR", verb: "status", target: "dev:shop", outcome: "ok", count: 3 }],
      },
    }),
    failure: byBot({
      code: "read.batch",
      outcome: "failed",
      details: { reads: [], says: "12 reads were answered and could not be recorded." },
    }),
  },
  "setting.changed": {
    details: {
      setting: text("The setting's name."),
      item: text("The entry's name, for a setting that is a list."),
      before: { description: "Its value before." },
      after: { description: "Its value from now on." },
      why: textOrNull("The reason that was given."),
      abandoned: text("For audit-log: where the checkpoints are now that were set aside."),
      says,
    },
    required: ["setting"],
    success: byPersonAlone({
      code: "setting.changed",
      details: { setting: "halted", before: null, after: { reason: "database on fire" }, why: "database on fire" },
    }),
    failure: byPersonAlone({
      code: "setting.changed",
      outcome: "refused",
      details: { setting: "halted", says: "All execution is halted already." },
    }),
  },
  "freeze.ended": {
    details: {
      freeze: text("The freeze's name."),
      until: count("When it ended, in ms since 1970."),
      reason: text("Why it was set, in the person's words."),
      says,
    },
    required: ["freeze", "until"],
    success: byBot({
      code: "freeze.ended",
      details: { freeze: "fz-4k7m", until: sampleTime, reason: "payment migration", says: "Freeze fz-4k7m is over." },
    }),
    failure: byBot({
      code: "freeze.ended",
      outcome: "failed",
      details: { freeze: "fz-4k7m", until: sampleTime, says: "It could not be said in the audit channel." },
    }),
  },
  "post.altered": {
    details: {
      key: text("The outbox key of the post."),
      ts: text("The post's ts in the record's channel."),
      how: oneOf(["edited", "deleted"], "What was done to it."),
      says,
    },
    required: ["key", "ts", "how"],
    success: byBot({
      code: "post.altered",
      channel: "C024BE91L",
      details: { key: "card:r-4k7m2qx", ts: "1793000000.000100", how: "edited" },
    }),
    failure: byBot({
      code: "post.altered",
      outcome: "failed",
      channel: "C024BE91L",
      details: {
        key: "card:r-4k7m2qx",
        ts: "1793000000.000100",
        how: "deleted",
        says: "It could not be posted again.",
      },
    }),
  },
  "log.pruned": {
    details: {
      records: texts("The numbers of the records, as spans such as 17 or 20-411."),
      count: count("How many they are."),
      root: text("The root (RFC 9162) over the leaves of these records alone, in their order."),
      requests: texts("The requests whose documents go too."),
      others: {
        type: "object",
        description:
          "Where this is about what else is over: how many `links` lose what the provider said, how many `delegations`, `digests`, `unsent` messages and marks of `sent` ones go, all over `before` that time in ms.",
      },
      key: text("NAME+ID of the key that signed it."),
      signature: text("That key's signature, in base64, over all else that stands here (docs/audit.md)."),
      policy: text("The digest of the policy whose retention it follows."),
      retention: { type: "object", description: "The spans, in ms: `requests`, and `records` or null." },
      archive: { type: ["array", "null"], description: "The files that hold the words now, each with its SHA-256." },
      says,
    },
    required: ["records", "count", "root", "requests", "key", "signature"],
    success: byBot({
      code: "log.pruned",
      details: {
        ...{ records: ["0-411", "413"], count: 413, root: sampleDigest, requests: ["r-4k7m2qx"] },
        ...{ policy: sampleDigest, retention: { requests: 7_776_000_000, records: 34_560_000_000 } },
        archive: [{ file: "000000000000-000000000413-3f1c2a9b0d4e.records.jsonl", sha256: sampleDigest }],
        ...{ key: "countersign.dev/log/6f1d2c3b4a596877+a1b2c3d4", signature: "obLD1A==" },
      },
    }),
    failure: byBot({
      code: "log.pruned",
      outcome: "failed",
      details: { says: "Record 17 is not what the checkpoint outside vouches for: nothing is pruned." },
    }),
  },
  "checkpoint.refused": {
    details: { says },
    required: ["says"],
    success: "setting.changed",
    failure: byBot({
      code: "checkpoint.refused",
      outcome: "failed",
      details: { says: "The first 400 records are not those that the checkpoint outside vouches for." },
    }),
  },
} as const satisfies Record<string, EventKind>;
