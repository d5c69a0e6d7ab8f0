// Requests, events, messages and stores for the tests of the store.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { sealRecord } from "../../src/audit/chain.ts";
import type { Grant } from "../../src/core/access.ts";
import type { AuditEvent } from "../../src/core/audit.ts";
import type { Review } from "../../src/core/break-glass.ts";
import { digestOf } from "../../src/core/digest.ts";
import { asClusterName, asGroupName, asHumanId, type Nonce, type RequestId } from "../../src/core/ids.ts";
import type { Kind } from "../../src/core/kube.ts";
import { message } from "../../src/core/message.ts";
import type { OutboxMessage } from "../../src/core/outbox.ts";
import type { Clock } from "../../src/core/ports/clock.ts";
import type { Log } from "../../src/core/ports/log.ts";
import type { SentHow, Store } from "../../src/core/ports/store.ts";
import type { Request } from "../../src/core/request.ts";
import { type OpenStoreOptions, openStore } from "../../src/store/open.ts";

export const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

export interface ManualClock extends Clock {
  set(ms: number): void;
}

/** Stands still until it is set; `wait` resolves when the time has come. */
export function manualClock(start = 1_800_000_000_000): ManualClock {
  let now = start;
  let waiting: { readonly until: number; readonly wake: () => void }[] = [];
  return {
    now: () => now,
    wait: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) return resolve();
        waiting.push({ until: now + ms, wake: resolve });
        signal?.addEventListener("abort", () => resolve(), { once: true });
      }),
    set(ms) {
      now = ms;
      for (const { wake } of waiting.filter(({ until }) => until <= now)) wake();
      waiting = waiting.filter(({ until }) => until > now);
    },
  };
}

export function temporaryDirectory(t: Pick<TestContext, "after">): string {
  const directory = mkdtempSync(join(tmpdir(), "countersign-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export const random = (count: number): Uint8Array => randomBytes(count);

export async function temporaryStore(
  t: Pick<TestContext, "after">,
  options: Partial<OpenStoreOptions> = {},
): Promise<Store> {
  const directory = options.directory ?? temporaryDirectory(t);
  const store = await openStore({
    clock: manualClock(),
    random,
    log: silent,
    seal: sealRecord,
    minFreeBytes: 0,
    ...options,
    directory,
  });
  t.after(() => store.close());
  return store;
}

export const requestId = (text: string): RequestId => `r-${text.padStart(7, "0")}` as RequestId;

export function sampleEvent(over: Partial<AuditEvent> = {}): AuditEvent {
  return {
    code: "write.intended",
    outcome: "ok",
    actor: null,
    request: null,
    version: null,
    digest: null,
    channel: null,
    details: {},
    ...over,
  };
}

/** How a card, and a line of the audit channel, went out for the first time. */
export const isCard: SentHow = { living: true, isNew: true };
export const isLine: SentHow = { living: false, isNew: true };

export function sampleMessage(over: Partial<OutboxMessage> = {}): OutboxMessage {
  return {
    key: "card:r-0000001",
    living: true,
    to: { channelId: "C1", thread: null },
    message: message("hello", []),
    request: null,
    lane: "card",
    ...over,
  };
}

export const deploymentKind: Kind = {
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

export function sampleGrant(over: Partial<Grant> = {}): Grant {
  return {
    id: requestId("1"),
    revision: 1,
    state: "planned",
    role: "read-logs",
    where: "shop on dev",
    credential: "binding",
    beneficiary: { human: asHumanId("slack:T1/U2"), userId: "U2", name: "Bo" },
    requester: { human: asHumanId("slack:T1/U1"), userId: "U1", name: "Ada" },
    reason: null,
    objects: [],
    probe: null,
    lengthMs: 3_600_000,
    plannedAt: 1_800_000_000_000,
    notBefore: null,
    activeAt: null,
    endsAt: null,
    ending: null,
    endedAt: null,
    handedOverAt: null,
    tokenOf: null,
    card: { channelId: "C2", ts: "1.1" },
    says: "approved",
    ...over,
  };
}

export function sampleRequest(over: Partial<Request> = {}): Request {
  const id = over.id ?? requestId("1");
  return {
    id,
    version: 1,
    revision: 1,
    state: "planned",
    invocation: { verb: "scale", args: { target: "dev:shop/deployment/checkout", replicas: "3" } },
    requester: { human: asHumanId("slack:T1/U1"), userId: "U1", name: "Ada" },
    authors: [],
    reason: null,
    plan: {
      verb: "scale",
      schema: 1,
      title: "Scale checkout in shop to 3",
      changes: [
        {
          kind: "object",
          object: {
            cluster: asClusterName("dev"),
            kind: deploymentKind,
            namespace: "shop",
            name: "checkout",
            uid: "uid-1",
          },
          operation: "update",
          call: {
            method: "PATCH",
            path: "/apis/apps/v1/namespaces/shop/deployments/checkout/scale",
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
      undo: { kind: "none", because: "nothing was done" },
      risks: [],
      observations: [],
      notes: [],
      verifyWithinMs: 60_000,
      followUp: null,
      digest: digestOf({ plan: "1" }),
      sensitive: false,
    },
    policyDigest: digestOf({ policy: "1" }),
    rules: ["changes"],
    requirement: null,
    votes: [],
    nonce: "nonce" as Nonce,
    digestKey: "key",
    createdAt: 1_800_000_000_000,
    postedAt: null,
    expiresAt: 1_800_000_900_000,
    quorumAt: null,
    startBy: null,
    endedAt: null,
    askedIn: { channelId: "C1", ts: "1.1" },
    card: { channelId: "C2", ts: null },
    execution: null,
    says: "",
    ...over,
  };
}

export function sampleReview(id: string, more: Partial<Review> = {}): Review {
  const at = manualClock().now();
  return {
    ...{ id, revision: 1, request: requestId("1"), title: "Restart checkout", reason: "down", concerned: [] },
    by: { human: asHumanId("slack:T1/U1"), userId: "U1", name: "Ada" },
    ...{ at, dueAt: at + 86_400_000, verdicts: [], state: "open", remindedAt: null, overdueAt: null },
    rule: { group: asGroupName("leads"), count: 2, withinMs: 86_400_000, escalateTo: null },
    ...more,
  };
}
