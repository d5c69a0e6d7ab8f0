// An audit event of the usual size.
import type { AuditEvent } from "../src/core/audit.ts";
import { digestOfText } from "../src/core/digest.ts";
import { humanOf } from "../src/core/person.ts";

const account = { enterpriseId: null, teamId: "T0LOCAL01", userId: "U0BENCH01" };

export function sampleEvent(index: number): AuditEvent {
  return {
    code: "write.intended",
    outcome: "ok",
    actor: {
      human: humanOf(account, null),
      userId: account.userId,
      name: "bench01",
      teamId: account.teamId,
      subject: null,
      assurance: "directory",
    },
    request: null,
    version: 1,
    digest: digestOfText(String(index)),
    channel: "C0PAYMENT",
    details: {
      index: 0,
      object: `production:shop/deployment/checkout-${index}`,
      state: "intended",
      says: "PATCH /apis/apps/v1/namespaces/shop/deployments/checkout",
      resourceVersion: null,
      auditId: null,
      fence: 1,
    },
  };
}
