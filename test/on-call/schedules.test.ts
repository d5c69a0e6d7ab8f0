// Schedules are asked now and then, remembered for a while, and fail closed; whoever is on shift is known by it.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Shift, ShiftSource } from "../../src/core/ports/on-call.ts";
import type { People } from "../../src/core/ports/people.ts";
import { isRefusal, refuse } from "../../src/core/refusal.ts";
import { whyNoAddress } from "../../src/integrations/https/addresses.ts";
import { get } from "../../src/integrations/https/get.ts";
import { linkedShifts } from "../../src/on-call/linked-shifts.ts";
import { onShiftPeople } from "../../src/on-call/on-shift-people.ts";
import { makeOnCall, notHeard } from "../../src/on-call/schedules.ts";
import { shiftsAt } from "../../src/on-call/shifts.ts";
import { makePerson, minute, start } from "../approvals/make.ts";
import { manualClock, silent } from "../store/samples.ts";

const shift = (userId: string, from: number, until: number): Shift => ({ userId, label: userId, from, until });

function answering(answer: () => readonly Shift[] | null): {
  readonly source: ShiftSource;
  readonly asked: () => number;
} {
  let asked = 0;
  return {
    asked: () => asked,
    source: {
      between: async () => {
        asked += 1;
        return answer() ?? notHeard("leads", "it is away");
      },
    },
  };
}

test("shifts of one person that follow on are one; those that overlap stand beside each other", () => {
  const shifts = [
    shift("a", 0, 10),
    shift("a", 10, 20),
    shift("b", 5, 15),
    shift("c", 30, 40),
    shift("d", 30, 35),
    shift("a", 25, 25),
  ];
  const { now, next } = shiftsAt(shifts, 7);
  assert.deepEqual(
    now.map(({ userId, until }) => [userId, until]),
    [
      ["a", 20],
      ["b", 15],
    ],
  );
  assert.deepEqual(
    next.map(({ userId }) => userId),
    ["c", "d"],
  );
});

test("R12: a schedule is asked once in a while, outlives its keeper's absence for its maximum age, and then nobody is on shift", async () => {
  const clock = manualClock(start);
  let isAway = false;
  const keeper = answering(() => (isAway ? null : [shift("U1", start - 1, start + 600 * minute)]));
  const schedule = { name: "leads", source: keeper.source, refreshMs: 5 * minute, maxAgeMs: 30 * minute };
  const onCall = makeOnCall([schedule], { clock, log: silent });
  const people: People = {
    person: async (userId) => makePerson(userId),
    members: async () => [],
    channel: async () => refuse("internal", "", ""),
  };
  const known = onShiftPeople(people, onCall, clock);
  const shiftsOf = async (userId: string) => {
    const person = await known.person(userId);
    return isRefusal(person) ? person.code : (person.onCall ?? []);
  };
  assert.deepEqual(await Promise.all([shiftsOf("U1"), shiftsOf("U2"), shiftsOf("U1")]), [["leads"], [], ["leads"]]);
  assert.equal(keeper.asked(), 1, "many look, one asks");
  isAway = true;
  clock.set(start + 6 * minute);
  assert.deepEqual(await shiftsOf("U1"), ["leads"], "what was heard still holds");
  clock.set(start + 31 * minute);
  assert.deepEqual(await shiftsOf("U1"), []);
  const away = await known.person("U1");
  assert.deepEqual(
    isRefusal(away) || away.unknownSchedules,
    ["leads"],
    "what restricts those on shift takes anybody for one",
  );
  const unknown = await onCall.onShift("leads", clock.now());
  assert.equal(isRefusal(unknown) && unknown.code, "schedule-unknown");
  const before = keeper.asked();
  await shiftsOf("U1");
  assert.equal(keeper.asked(), before, "a keeper that is away is not asked at every look");
  isAway = false;
  clock.set(start + 32 * minute);
  assert.deepEqual(await shiftsOf("U1"), ["leads"]);
  const back = await known.person("U2");
  assert.ok(!isRefusal(back) && back.unknownSchedules === undefined);
  assert.deepEqual(back.onCall, [], "that somebody is on no shift is known, too");
  const none = await onCall.onShift("laeds", clock.now());
  assert.ok(isRefusal(none));
  assert.deepEqual([none.code, none.hint], ["no-such-schedule", "Did you mean leads?"]);
});

const closed = [
  ...["127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1"],
  ...["169.254.169.254", "192.0.0.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1", "203.0.113.9"],
  ...[
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:10.0.0.1",
    "fe80::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
  ],
  ...["64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1", "2001:0:1::1", "::ffff:169.254.169.254"],
];
const stillClosed = [
  "169.254.169.254",
  "::ffff:169.254.169.254",
  "fd00:ec2::254",
  "0.0.0.0",
  "::",
  "fe80::1",
  "224.0.0.1",
];

test("T19: no name leads to a private or special address, and with leave for private ones still to no metadata service", () => {
  for (const address of closed) assert.notEqual(whyNoAddress(address, { privateAddresses: false }), null, address);
  for (const address of ["93.184.216.34", "2606:4700::1111", "172.32.0.1", "::ffff:93.184.216.34"])
    assert.equal(whyNoAddress(address, { privateAddresses: false }), null, address);
  for (const address of ["10.0.0.1", "192.168.1.1", "127.0.0.1", "::1", "fc00::1"])
    assert.equal(whyNoAddress(address, { privateAddresses: true }), null, address);
  for (const address of stillClosed) assert.notEqual(whyNoAddress(address, { privateAddresses: true }), null, address);
});

test("T19: addresses written as numbers, passwords and other schemes connect to nothing", async () => {
  const hosts = [
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "127.1",
    "[::1]",
    "[::ffff:7f00:1]",
    "localhost",
    "169.254.169.254",
  ];
  const urls = [
    ...hosts.map((host) => `https://${host}/`),
    "http://example.com/",
    "https://user:pw@example.com/",
    "file:///etc/passwd",
  ];
  for (const url of urls) {
    const got = await get(new URL(url), { headers: {}, maxBytes: 1, timeoutMs: 2_000, privateAddresses: false });
    assert.equal(got.kind, "failed", url);
    assert.match(
      got.kind === "failed" ? got.why : "",
      /never asked|private network|does not begin with https|holds a password/,
      url,
    );
  }
});

test("R9: somebody named by their sign-in is on shift as the account that is linked with it now, and nobody is without one", async () => {
  const subject = "https://id.example.test#ana";
  const keeper = answering(() => [shift(subject, start - 1, start + minute), shift("U2", start - 1, start + minute)]);
  const schedule = { name: "leads", source: keeper.source, refreshMs: minute, maxAgeMs: minute };
  const asked = makeOnCall([schedule], { clock: manualClock(start), log: silent });
  const links = new Map([["ana", "U1"]]);
  const onCall = linkedShifts(asked, (of) =>
    of.issuer === "https://id.example.test" ? (links.get(of.subject) ?? null) : null,
  );
  const now = async () => {
    const found = await onCall.onShift("leads", start);
    assert.ok(!isRefusal(found));
    return found.now.map(({ userId, label }) => [userId, label]);
  };
  assert.deepEqual(await now(), [
    ["U2", "U2"],
    ["U1", subject],
  ]);
  links.delete("ana");
  assert.deepEqual(await now(), [
    ["U2", "U2"],
    [null, subject],
  ]);
});
