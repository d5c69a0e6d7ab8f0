// The keepers of shifts: the contract on each of them, and what each does with answers that are wrong.
import assert from "node:assert/strict";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { isRefusal } from "../../src/core/refusal.ts";
import { calendar } from "../../src/integrations/ical/calendar.ts";
import { onCalls } from "../../src/integrations/pagerduty/on-calls.ts";
import { rotation } from "../../src/on-call/rotation.ts";
import { issue, newAuthority, validAround } from "../cluster/certificates.ts";
import { firstHandover, known, onCallContract, override, weekMs } from "../contracts/on-call.ts";
import { pagerDutyKey, startPagerDuty } from "../support/pagerduty.ts";

const rotationConfig = {
  members: ["U0BERTA", "U0CARL"],
  zone: "Europe/Berlin",
  first: "2026-01-05",
  handoverMinute: 9 * 60,
  days: 7,
  overrides: [{ userId: "U0DANA", ...override }],
};

onCallContract("a rotation", async () => rotation(rotationConfig));
onCallContract("a calendar", async (t) => calendarOf(await serve(t, shiftsCalendar)));
onCallContract("PagerDuty", async (t) => {
  const fake = await startPagerDuty(pagerDutyEntries(), Date.now());
  t.after(() => fake.close());
  return pagerDuty(fake);
});

const berlin = `BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
`;

function events(text: string, zones = berlin): string {
  return `BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:test\n${zones}${text}END:VCALENDAR\n`.replaceAll("\n", "\r\n");
}

function event(lines: readonly string[]): string {
  return `BEGIN:VEVENT\n${lines.join("\n")}\nEND:VEVENT\n`;
}

const weekly = (uid: string, first: string, who: string) =>
  event([
    `UID:${uid}`,
    `DTSTART;TZID=Europe/Berlin:${first}T090000`,
    `DTEND;TZID=Europe/Berlin:${String(Number(first) + 7)}T090000`,
    "RRULE:FREQ=WEEKLY;INTERVAL=2",
    ...(uid === "b" ? ["EXDATE;TZID=Europe/Berlin:20260511T090000"] : []),
    "SUMMARY:On call",
    `ATTENDEE;PARTSTAT=ACCEPTED:MAILTO:${who}@Acme.example`,
    "ATTENDEE;PARTSTAT=DECLINED:mailto:dana@acme.example",
  ]);

const shiftsCalendar = events(
  weekly("b", "20260105", "berta") +
    weekly("c", "20260112", "carl") +
    event(["UID:d", "DTSTART:20260114T100000Z", "DTEND:20260114T140000Z", "SUMMARY:Dana stands in"]) +
    event([
      "UID:e",
      "DTSTART:20260114T100000Z",
      "DTEND:20260114T140000Z",
      "SUMMARY:Dana stands in",
      "STATUS:CANCELLED",
    ]) +
    event(["UID:f", "DTSTART;VALUE=DATE:20260201", "DTEND;VALUE=DATE:20260202", "SUMMARY:Somebody else"]),
);

const people = new Map([
  ["berta@acme.example", "U0BERTA"],
  ["Carl@acme.example", "U0CARL"],
  ["dana@acme.example", "U0DANA"],
  ["dana stands in", "U0DANA"],
]);

interface Served {
  readonly url: URL;
  readonly ca: string;
}

/** Answers every question with this text, over TLS. */
async function serve(
  t: TestContext,
  text: string,
  status = 200,
  headers: Record<string, string> = {},
): Promise<Served> {
  const validity = validAround(new Date());
  const authority = newAuthority("an authority", validity);
  const leaf = issue(
    authority,
    { commonName: "calendar", use: "server", hosts: ["localhost"], ips: ["127.0.0.1"] },
    validity,
  );
  const server = createServer({ cert: leaf.certificatePem, key: leaf.keyPem }, (_request, response) => {
    response.writeHead(status, { "content-type": "text/calendar", ...headers });
    response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { url: new URL(`https://localhost:${port}/secret-part/shifts.ics`), ca: authority.certificatePem };
}

function calendarOf(served: Served, privateAddresses = true) {
  return calendar({ name: "leads", people, privateAddresses, ...served });
}

function pagerDutyEntries() {
  const turns = Array.from({ length: 20 }, (_, index) => {
    const isBerta = index % 2 === 0;
    // From 30 March on, summer time: an hour earlier in UTC.
    const begin = (week: number) => firstHandover + week * weekMs - (week >= 12 ? 3_600_000 : 0);
    const who = isBerta ? { user: "PBERTA1", name: "Berta" } : { user: "PCARL01", name: "Carl" };
    return { ...who, schedule: "PI7DH85", from: begin(index), until: begin(index + 1) };
  });
  const other = {
    user: "POTHER1",
    name: "Other",
    schedule: "POTHERS",
    from: firstHandover,
    until: firstHandover + weekMs,
  };
  return [...turns, { user: "PDANA01", name: "Dana", schedule: "PI7DH85", ...override }, other];
}

function pagerDuty(fake: { readonly api: string; readonly ca: string }, token = pagerDutyKey) {
  const known = new Map([
    ["PBERTA1", "U0BERTA"],
    ["PCARL01", "U0CARL"],
    ["PDANA01", "U0DANA"],
  ]);
  const { api, ca } = fake;
  return onCalls({ name: "leads", schedule: "PI7DH85", api, ca, token, people: known, privateAddresses: true });
}

async function whyUnknown(asked: ReturnType<ReturnType<typeof rotation>["between"]>): Promise<string> {
  const shifts = await asked;
  assert.ok(isRefusal(shifts), JSON.stringify(shifts));
  assert.equal(shifts.code, "schedule-unknown");
  return shifts.message;
}

test("a calendar: exceptions, days, zones without a description, and people whom nobody mapped", async (t) => {
  const source = calendarOf(await serve(t, shiftsCalendar));
  const may = known(await source.between(Date.UTC(2026, 4, 11, 8), Date.UTC(2026, 4, 12, 8)));
  assert.deepEqual(may, [], "EXDATE takes the week out");
  const february = known(await source.between(Date.UTC(2026, 1, 1, 12), Date.UTC(2026, 1, 1, 13)));
  assert.deepEqual(
    february.map(({ userId, label, from }) => [userId, label, from]),
    [
      ["U0CARL", "carl@acme.example", Date.UTC(2026, 0, 26, 8)],
      [null, "Somebody else", Date.UTC(2026, 1, 1)],
    ],
  );
  const bare = events(
    event(["UID:x", "DTSTART;TZID=America/New_York:20260301T090000", "DURATION:PT1H", "SUMMARY:dana stands in"]) +
      event(["UID:y", "DTSTART;VALUE=DATE:20260301", "SUMMARY:dana stands in"]),
    "X-WR-TIMEZONE:Asia/Tokyo\n",
  );
  const shifts = known(await calendarOf(await serve(t, bare)).between(Date.UTC(2026, 1, 27), Date.UTC(2026, 2, 5)));
  assert.deepEqual(shifts.map(({ from, until }) => [from, until]).toSorted(), [
    [Date.UTC(2026, 1, 28, 15), Date.UTC(2026, 2, 1, 15)],
    [Date.UTC(2026, 2, 1, 14), Date.UTC(2026, 2, 1, 15)],
  ]);
});

test("a calendar: one repetition that was moved is only where it was moved to", async (t) => {
  const moved = events(
    event([
      "UID:m",
      "DTSTART:20260301T090000Z",
      "DTEND:20260301T100000Z",
      "RRULE:FREQ=DAILY;COUNT=3",
      "SUMMARY:dana stands in",
    ]) +
      event([
        "UID:m",
        "RECURRENCE-ID:20260302T090000Z",
        "DTSTART:20260302T200000Z",
        "DTEND:20260302T210000Z",
        "SUMMARY:dana stands in",
      ]),
  );
  const shifts = known(await calendarOf(await serve(t, moved)).between(Date.UTC(2026, 2, 1), Date.UTC(2026, 2, 5)));
  assert.deepEqual(
    shifts.map(({ from }) => new Date(from).toISOString()),
    ["2026-03-01T09:00:00.000Z", "2026-03-02T20:00:00.000Z", "2026-03-03T09:00:00.000Z"],
  );
});

test("T19: a calendar in a private network, behind a redirect, or that is none is not known; its address is told nobody", async (t) => {
  const served = await serve(t, shiftsCalendar);
  const ask = (source: ReturnType<typeof calendarOf>) => whyUnknown(source.between(0, 1));
  const told: string[] = [];
  told.push(await ask(calendarOf(served, false)));
  assert.match(told.at(-1) ?? "", /leads into a private network, which privateAddresses does not allow/);
  told.push(await ask(calendarOf(await serve(t, "", 302, { location: "https://localhost/" }))));
  assert.match(told.at(-1) ?? "", /a redirect, which is not followed/);
  told.push(await ask(calendarOf(await serve(t, "nothing", 404))));
  assert.match(told.at(-1) ?? "", /it answered 404/);
  told.push(await ask(calendarOf(await serve(t, "<html>sign in</html>"))));
  assert.match(told.at(-1) ?? "", /its text is no calendar that can be read/);
  told.push(await ask(calendarOf(await serve(t, `${"x".repeat(1_000)}\n`.repeat(2_500)))));
  assert.match(told.at(-1) ?? "", /larger than 2000000 bytes/);
  const endless = events(
    event(["UID:z", "DTSTART:19700101T000000Z", "DURATION:PT1S", "RRULE:FREQ=SECONDLY", "SUMMARY:x"]),
  );
  told.push(await whyUnknown(calendarOf(await serve(t, endless)).between(Date.now(), Date.now() + 1_000)));
  assert.match(told.at(-1) ?? "", /it repeats too often|takes too long/);
  told.push(await ask(calendarOf({ ...served, ca: (await serve(t, "")).ca })));
  assert.match(told.at(-1) ?? "", /it cannot be reached/);
  for (const text of told) assert.doesNotMatch(text, /secret-part|localhost|127\.0/);
});

test("PagerDuty: pages are read to the end, and the same shift in two escalation policies is one", async (t) => {
  const many = Array.from({ length: 130 }, (_, index) => ({
    ...{ user: "PBERTA1", name: "Berta", schedule: "PI7DH85" },
    from: firstHandover + index * 7_200_000,
    until: firstHandover + index * 7_200_000 + 3_600_000,
  }));
  const fake = await startPagerDuty(many, Date.now());
  t.after(() => fake.close());
  const shifts = known(await pagerDuty(fake).between(firstHandover - 1, firstHandover + weekMs * 5));
  assert.equal(new Set(shifts.map(({ from }) => from)).size, 130);
  assert.deepEqual(
    fake.asked.map((url) => url.searchParams.get("offset")),
    ["0", "100", "200"],
  );
});

test("PagerDuty: a wrong key, too many questions and strange answers are refused; the key is told nobody", async (t) => {
  const fake = await startPagerDuty(pagerDutyEntries(), Date.now());
  t.after(() => fake.close());
  const ask = (token = pagerDutyKey) => whyUnknown(pagerDuty(fake, token).between(firstHandover, firstHandover + 1));
  const told = [await ask("wrong-key-of-ours")];
  assert.match(told.at(-1) ?? "", /does not accept the API key/);
  fake.limited = 1;
  told.push(await ask());
  assert.match(told.at(-1) ?? "", /asked too often/);
  for (const body of [
    "nonsense",
    '{"oncalls":[{"user":{}}]}',
    '{"oncalls":[{"user":{"id":"P1"},"start":"soon","end":null}]}',
  ]) {
    fake.body = body;
    told.push(await ask());
    assert.match(told.at(-1) ?? "", /its answer is not understood/);
  }
  for (const text of told) assert.ok(!text.includes(pagerDutyKey) && !text.includes("wrong-key"), text);
});
