// Records as OpenTelemetry logs: OTLP over HTTP with JSON.
// Source: opentelemetry.io/docs/specs/otlp/#otlphttp, opentelemetry-proto logs.proto
import type { AuditRecord } from "../../core/audit.ts";
import { call } from "../https/get.ts";

export interface OtlpLogsSettings {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly ca: string | null;
}

export interface Exported {
  readonly seq: number;
  /** null: its words were pruned before it was sent. */
  readonly record: AuditRecord | null;
  readonly line: string;
}

const timeoutMs = 30_000;
const maxAnswerBytes = 64_000;
/** SeverityNumber of logs.proto. */
const severities = { ok: [9, "INFO"], refused: [13, "WARN"], failed: [17, "ERROR"] } as const;

/** Resolves when the collector has taken all of them. Throws with its status otherwise. */
export async function exportLogs({ url, headers, ca }: OtlpLogsSettings, records: readonly Exported[]): Promise<void> {
  const answer = await call(url, {
    ...{ method: "POST", body: JSON.stringify(bodyOf(records)) },
    headers: { ...headers, "content-type": "application/json" },
    ...{ maxBytes: maxAnswerBytes, timeoutMs, privateAddresses: true },
    ...(ca === null ? {} : { ca }),
  });
  if (answer.kind !== "answer") throw new Error(`the collector was not reached: ${answer.why}`);
  if (answer.status !== 200) throw new Error(`the collector answered ${answer.status}`);
  const rejected = /"rejectedLogRecords"\s*:\s*"?([1-9]\d*)/.exec(answer.text)?.[1];
  if (rejected !== undefined) throw new Error(`the collector rejected ${rejected} records`);
}

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });

function logRecord({ seq, record, line }: Exported): object {
  const [severityNumber, severityText] = severities[record?.outcome ?? "ok"];
  const request = record?.request ?? null;
  return {
    // Zero: unknown (logs.proto). Of a record whose words were pruned before, when it was is not known either.
    timeUnixNano: record === null ? "0" : `${record.at}000000`,
    ...{ severityNumber, severityText, body: { stringValue: line } },
    attributes: [
      text("event.name", `countersign.${record?.code ?? "pruned"}`),
      text("countersign.seq", String(seq)),
      ...(request === null ? [] : [text("countersign.request", request)]),
    ],
  };
}

function bodyOf(records: readonly Exported[]): object {
  const logRecords = records.map(logRecord);
  return {
    resourceLogs: [
      {
        resource: { attributes: [text("service.name", "countersign")] },
        scopeLogs: [{ scope: { name: "countersign.audit" }, logRecords }],
      },
    ],
  };
}
