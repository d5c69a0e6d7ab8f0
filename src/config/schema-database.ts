// The schema of `database`: PostgreSQL in place of the embedded store.
import { described, duration, file, object, type Schema } from "./schema-parts.ts";

const variable: Schema = { type: "string", pattern: "^[A-Z][A-Z0-9_]{0,99}$", examples: ["DATABASE_URL"] };

export const databaseSchema: Schema = object(
  "PostgreSQL 14 to 18 in place of the file in the data directory. Left out, it is used where the environment has `DATABASE_URL`; written, the bot starts with it only.",
  {
    urlFrom: {
      ...described(
        variable,
        "The environment variable that holds its address, `postgres://USER:PASSWORD@HOST:5432/DATABASE`, with `sslmode` (`disable`, `require`, `verify-ca`, `verify-full`), `sslrootcert`, `sslcert` and `sslkey` after a `?`. Away from this machine, `verify-full` unless it says otherwise.",
      ),
      default: "DATABASE_URL",
    },
    caFile: described(
      file,
      "The certificate of the CA that signed the server's; left out: `sslrootcert`, or public CAs.",
    ),
    connections: {
      description: "Connections of each replica: one writes, the others read.",
      type: "integer",
      minimum: 2,
      maximum: 100,
      default: 5,
    },
    connectWithin: {
      ...described(duration, "How long a connection may take, or waiting for a free one."),
      default: "2s",
    },
    answerWithin: {
      ...described(duration, "How long a statement may take. After that nothing was done, and the person is told so."),
      default: "3s",
    },
    lockWithin: { ...described(duration, "How long one waits while other replicas write."), default: "2s" },
    idleWithin: {
      ...described(
        duration,
        "How long a transaction may stand still before the server ends it, so that a stopped process does not hold up the others.",
      ),
      default: "3s",
    },
  },
  [],
);
