// The line of a record in the audit channel.
import assert from "node:assert/strict";
import { test } from "node:test";
import { recordOf } from "../../src/audit/chain.ts";
import type { AuditEvent } from "../../src/core/audit.ts";
import { asHumanId } from "../../src/core/ids.ts";
import { auditLine } from "../../src/dispatch/render/audit-line.ts";
import { plainText } from "../../src/integrations/slack/render/text.ts";
import { requestId, sampleEvent } from "../store/samples.ts";

const digest = `sha256:${"ab".repeat(32)}`;
const request = requestId("1");
const ben = {
  human: asHumanId("slack:T1/U2"),
  userId: "U2",
  name: "ben",
  teamId: "T1",
  subject: null,
  assurance: "directory",
} as const;

const cases: readonly { readonly event: Partial<AuditEvent>; readonly line: string }[] = [
  {
    event: { code: "vote.cast", actor: ben, request, details: { choice: "approve", reason: null } },
    line: "#7 vote.cast by @U2 · approve",
  },
  {
    event: {
      code: "request.created",
      actor: ben,
      request,
      details: { command: "rollback x", title: "Roll back x", policy: digest, reason: "it fails" },
    },
    line: "#7 request.created r-0000001 by @U2 · Roll back x · “it fails”",
  },
  {
    event: {
      code: "write.done",
      request,
      details: {
        index: 0,
        object: "dev:shop/x",
        state: "written",
        says: "Written as approved.",
        fence: 1,
        auditId: "a",
      },
    },
    line: "#7 write.done · dev:shop/x · Written as approved.",
  },
  {
    event: { code: "policy.loaded", details: { policy: digest, rules: 6 } },
    line: "#7 policy.loaded · policy: abababababab… · rules: 6",
  },
];

for (const { event, line } of cases)
  test(`the line of ${event.code} says what people look for`, () => {
    const [part] = auditLine(recordOf(sampleEvent(event), { size: 7, hash: digest }, 0)).parts;
    assert.equal(part?.kind === "text" ? plainText(part.text) : "", line);
  });
