// Break-glass and access for a time: no longer than the policy says, and none where it says nothing.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Request } from "../../src/core/request.ts";
import { tooLongFor } from "../../src/dispatch/break-glass.ts";
import { requestId } from "../store/samples.ts";

const hour = 3_600_000;
const asking = (lengthMs: number | null): Pick<Request, "id" | "plan"> => {
  const plan = lengthMs === null ? {} : { access: { lengthMs } };
  return { id: requestId("1"), plan: plan as unknown as Request["plan"] };
};

for (const [lengthMs, maxForMs, says] of [
  [null, null, ""],
  [hour, hour, ""],
  [hour + 1_000, hour, "break-glass gives at most 1h"],
  [60_000, null, "no access is given by break-glass"],
] as const)
  test(`R30: access for ${lengthMs} ms where ${maxForMs} ms are allowed: ${says || "allowed"}`, () => {
    const refusal = tooLongFor({ maxForMs }, asking(lengthMs));
    if (says === "") assert.equal(refusal, null);
    else assert.ok(refusal?.message.includes(says), refusal?.message);
  });
