// What every keeper of shifts must do, whatever it is: one suite for a rotation, a calendar and PagerDuty.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Shift, ShiftSource } from "../../src/core/ports/on-call.ts";
import { isRefusal } from "../../src/core/refusal.ts";
import { shiftsAt } from "../../src/on-call/shifts.ts";

/** Monday 5 January 2026, 09:00 in Berlin. */
export const firstHandover = Date.UTC(2026, 0, 5, 8);
export const weekMs = 7 * 86_400_000;
/** Dana stands in on the second Wednesday, 10:00 to 14:00 UTC. */
export const override = { from: Date.UTC(2026, 0, 14, 10), until: Date.UTC(2026, 0, 14, 14) };

/** Berta and Carl take turns by the week, from Monday 09:00 in Berlin on, over the change of the clocks on 29 March too. */
export type OpenSource = (t: TestContext) => Promise<ShiftSource>;

export function onCallContract(name: string, open: OpenSource): void {
  const rule = (text: string, check: (source: ShiftSource) => Promise<void>) =>
    test(`${name}: ${text}`, async (t) => check(await open(t)));
  const at = async (source: ShiftSource, moment: number) =>
    shiftsAt(known(await source.between(moment - 2 * weekMs, moment + 2 * weekMs)), moment);
  const users = (shifts: readonly Shift[]) => shifts.map(({ userId }) => userId);

  rule("who is on now, until when, and who is next", async (source) => {
    const { now, next } = await at(source, firstHandover + 1_000);
    assert.deepEqual([users(now), now[0]?.until], [["U0BERTA"], firstHandover + weekMs]);
    assert.deepEqual([users(next), next[0]?.from], [["U0CARL"], firstHandover + weekMs]);
  });

  rule("a shift begins with its first moment and ends before its last", async (source) => {
    const handover = firstHandover + weekMs;
    assert.deepEqual(users((await at(source, handover - 1)).now), ["U0BERTA"]);
    assert.deepEqual(users((await at(source, handover)).now), ["U0CARL"]);
  });

  rule("handovers stay at their local time over a change of the clocks", async (source) => {
    const summer = Date.UTC(2026, 2, 30, 7);
    assert.deepEqual(users((await at(source, summer - 1)).now), ["U0CARL"]);
    assert.deepEqual(users((await at(source, summer)).now), ["U0BERTA"]);
  });

  rule("while somebody stands in, they are on", async (source) => {
    const { now } = await at(source, override.from);
    assert.ok(users(now).includes("U0DANA"), JSON.stringify(now));
    assert.ok(!users((await at(source, override.until)).now).includes("U0DANA"));
  });

  rule("a time without shifts has none", async (source) => {
    assert.deepEqual(known(await source.between(firstHandover - 2_000, firstHandover - 1_000)), []);
  });
}

export function known(shifts: Awaited<ReturnType<ShiftSource["between"]>>): readonly Shift[] {
  assert.ok(!isRefusal(shifts), isRefusal(shifts) ? shifts.message : "");
  return shifts;
}
