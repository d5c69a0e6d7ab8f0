// Uses what the bot loads late or in threads of its own, and prints what came of each; bundled and run by bundle.test.ts.
import { randomBytes } from "node:crypto";
import { sealRecord } from "../../src/audit/chain.ts";
import { systemClock } from "../../src/clock.ts";
import { checkShape } from "../../src/config/checked.ts";
import { isRefusal } from "../../src/core/refusal.ts";
import { readCalendar } from "../../src/integrations/ical/read.ts";
import { findCredentials } from "../../src/integrations/secretlint/find.ts";
import { openManifests } from "../../src/integrations/yaml/manifests.ts";
import { makeMetrics } from "../../src/metrics/registry.ts";
import { listenForOperations } from "../../src/server/operations/listen.ts";
import { openStore } from "../../src/store/open.ts";
import { openTracing } from "../../src/tracing/open.ts";
import { readVersion } from "../../src/version.ts";
import { misshapen } from "./misshapen.ts";

const [directory = ""] = process.argv.slice(2);
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const store = await openStore({ directory, clock: systemClock, random: randomBytes, log: silent, seal: sealRecord });
await store.transact((tx) => tx.settings.set("halted", true));
const manifests = openManifests();
const read = await manifests.read("apiVersion: v1\nkind: ConfigMap\nmetadata: { name: one }\n");
const calendar = [
  ...["BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", "UID:1", "SUMMARY:Ana"],
  ...["DTSTART:20260105T080000Z", "DTEND:20260105T090000Z", "END:VEVENT", "END:VCALENDAR"],
];
const [from, until] = [Date.UTC(2026, 0, 1), Date.UTC(2026, 1, 1)];
const shifts = await readCalendar(calendar.join("\r\n"), { from, until });
const found = await findCredentials(`ghp_${"a1B2".repeat(9)}`);
const listener = await listenForOperations({ host: "127.0.0.1", port: 0, answers: {}, log: silent });
const health = await fetch(`http://127.0.0.1:${listener.port}/healthz`);
const metrics = makeMetrics();
const traces = { endpoint: "http://127.0.0.1:9/", percent: 100, headers: null, version: "0", instance: "one" };
const tracing = await openTracing({ ...traces, log: silent });
process.stdout.write(
  JSON.stringify({
    version: readVersion(),
    configuration: checkShape(misshapen),
    stored: await store.settings.get("halted"),
    kinds: isRefusal(read) ? read.message : read.map(({ content }) => content.kind),
    shifts: shifts.kind === "read" ? shifts.occurrences.length : shifts.why,
    credentials: found.map(({ kind }) => kind),
    health: health.status,
    metrics: (await metrics.text()).includes("process_cpu_seconds_total"),
    traced: await tracing.within({ name: "command", request: null }, async () => true),
  }),
);
await listener.close();
await tracing.close();
metrics.close();
await manifests.close();
await store.close();
