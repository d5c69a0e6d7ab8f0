// Requests for the measurements: a scale of one deployment, waiting for two approvals or being written.
import type { AuditEvent } from "../src/core/audit.ts";
import { digestOf } from "../src/core/digest.ts";
import { asClusterName, asGroupName, type Nonce, type RequestId } from "../src/core/ids.ts";
import { humanOf } from "../src/core/person.ts";
import type { Plan } from "../src/core/plan.ts";
import type { Requirement } from "../src/core/policy.ts";
import type { Request } from "../src/core/request.ts";
import { accountOf } from "./parts/desk.ts";
import { sampleEvent } from "./sample-event.ts";

const requester = { human: humanOf(accountOf("U0BENCH00"), null), userId: "U0BENCH00", name: "bench00" };

const twoOfTheEngineers: Requirement = {
  need: { kind: "votes", count: 2, groups: [asGroupName("engineers")] },
  denyThreshold: 1,
  vetoGroups: [],
  expiresInMs: 7_200_000,
  startWithinMs: 900_000,
  reasonToAsk: { kind: "optional" },
  reasonToApprove: { kind: "optional" },
  tell: [],
};

/** Ids as the bot makes them, the same for the same number, and of no two numbers the same: an odd factor loses none of 2^35. */
export function requestId(index: number): RequestId {
  const letters = "0123456789abcdefghjkmnpqrstvwxyz";
  const mixed = (index * 7_654_321 + 12_345_678) % 2 ** 35;
  const digits = Array.from({ length: 7 }, (_, place) => letters[Math.floor(mixed / 32 ** place) % 32]);
  return `r-${digits.join("")}` as RequestId;
}

export function pending(index: number): Request {
  const now = Date.now();
  return {
    id: requestId(index),
    version: 1,
    revision: 2,
    state: "pending",
    invocation: {
      verb: "scale",
      args: { target: `production:shop/deployments.apps/checkout-${index}`, replicas: "3" },
    },
    requester,
    authors: [],
    reason: "more traffic than usual",
    plan: planOf(index),
    policyDigest: digestOf({ policy: "bench" }),
    rules: ["two-people"],
    requirement: twoOfTheEngineers,
    votes: [],
    nonce: "bench-nonce" as Nonce,
    digestKey: "bench-key",
    createdAt: now,
    postedAt: now,
    expiresAt: now + 7_200_000,
    quorumAt: null,
    startBy: null,
    endedAt: null,
    askedIn: { channelId: "C0PAYMENT", ts: `${index}.1` },
    card: { channelId: "C0APPROVE", ts: `${index}.2` },
    execution: null,
    says: "2 of engineers",
  };
}

export function executing(index: number, runner: string): Request {
  const now = Date.now();
  const execution = { runner, fence: 1, leaseUntil: now + 3_600_000, startedAt: now, steps: [] };
  return { ...pending(index), state: "executing", requirement: null, quorumAt: now, startBy: now + 900_000, execution };
}

/** History: done, verified, over. */
export function ended(index: number): Request {
  const at = Date.now() - 86_400_000 - index * 1_000;
  const execution = { runner: "bench", fence: 1, leaseUntil: at, startedAt: at, steps: [] };
  const times = { createdAt: at, postedAt: at, expiresAt: at, quorumAt: at, startBy: at, endedAt: at };
  return { ...pending(index), ...times, state: "done", requirement: null, execution };
}

export function endedEvent(index: number): AuditEvent {
  return { ...sampleEvent(index), code: "execution.ended", request: requestId(index) };
}

function planOf(index: number): Plan {
  const name = `checkout-${index}`;
  return {
    verb: "scale",
    schema: 1,
    title: `Scale ${name} in shop to 3`,
    changes: [
      {
        kind: "object",
        object: {
          cluster: asClusterName("production"),
          kind: deployments,
          namespace: "shop",
          name,
          uid: `uid-${index}`,
        },
        operation: "update",
        call: {
          method: "PATCH",
          path: `/apis/apps/v1/namespaces/shop/deployments/${name}/scale`,
          query: {},
          contentType: "application/json-patch+json",
          body: [{ op: "replace", path: "/spec/replicas", value: 3 }],
          guard: "json-patch-test",
        },
        before: { spec: { replicas: 2 } },
        after: { spec: { replicas: 3 } },
      },
    ],
    goals: [],
    undo: { kind: "none", because: "this is a measurement" },
    risks: [],
    observations: [],
    notes: [],
    verifyWithinMs: 60_000,
    followUp: null,
    digest: digestOf({ plan: index }),
    sensitive: false,
  };
}

const deployments = {
  group: "apps",
  version: "v1",
  kind: "Deployment",
  resource: "deployments",
  singular: "deployment",
  shortNames: ["deploy"],
  namespaced: true,
  verbs: ["get", "patch"],
  subresources: ["scale"],
};
