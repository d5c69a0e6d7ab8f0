// The schema of `retention`: after which spans the words of what is over go.
import { described, duration, file, object, type Schema } from "./schema-parts.ts";

export const retentionSchema: Schema = object(
  "After which spans the words of what is over are pruned; left out: everything is kept for ever. Every proof stays valid (docs/audit.md). Countersigned when it changes.",
  {
    requests: {
      ...described(
        duration,
        "How long a request that is over keeps its document: plan, votes, reasons, and with it its ended grant and finished reviews. As long stay ended delegations, what the sign-in said of people whose link ended, old digests, messages that were given up, and marks of what was posted.",
      ),
      examples: ["90d"],
    },
    records: {
      ...described(
        duration,
        "How long records of the log keep their words, at least as long as `requests`; left out: for ever.",
      ),
      examples: ["400d"],
    },
    archive: described(
      file,
      "A directory, best outside the data directory, that takes what is pruned before it goes; left out: there is no archive.",
    ),
  },
  ["requests"],
);
