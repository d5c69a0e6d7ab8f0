// The schema of `jobs`: how many at once, and the queue that replicas share.
import { described, file, object, type Schema } from "./schema-parts.ts";

const count = (description: string, byDefault: number): Schema => ({
  description,
  type: "integer",
  minimum: 1,
  maximum: 200,
  default: byDefault,
});

export const jobsSchema: Schema = object(
  "What runs by itself: executions, ends of access, reminders. The store is the truth; a queue only tells replicas sooner.",
  {
    executions: count("Executions at once in one process.", 8),
    executionsPerCluster: count("Executions at once on one cluster, of all processes together.", 8),
    recoveries: count("Interrupted executions looked up at once in one process.", 4),
    ends: count("Ends of access and of freezes at once in one process.", 4),
    people: count("Reminders, expiries, digests and warnings at once in one process.", 4),
    redisUrlFrom: {
      ...described(
        { type: "string", pattern: "^[A-Z][A-Z0-9_]{0,99}$", examples: ["REDIS_URL"] },
        "The environment variable that holds the address of a Redis, 6.2 or newer with `maxmemory-policy noeviction`: `redis://USER:PASSWORD@HOST:6379/0`, `redis+sentinel://HOST:26379,HOST:26379/MASTER/0` or `redis+cluster://HOST:6379,HOST:6379`, with `rediss` for TLS, and after a `?` `cacert`, `cert`, `key`, `sentinel_user` and `sentinel_password`. Not set, Redis is not used.",
      ),
      default: "REDIS_URL",
    },
    redisCaFile: described(
      file,
      "The certificate of the CA that signed Redis's; left out: `cacert` of the address, or public CAs.",
    ),
    redisPrefix: {
      ...described(
        { type: "string", pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$", examples: ["countersign"] },
        "Before every key in Redis, so that several bots may share one.",
      ),
      default: "countersign",
    },
  },
  [],
);
