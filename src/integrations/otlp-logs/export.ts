// Records as OpenTelemetry logs: OTLP over HTTP with JSON.
// Source: opentelemetry.io/docs/specs/otlp/#otlphttp, opentelemetry-proto logs.proto
import type { AuditRecord } from "../../core/audit.ts";
import { call } from "../https/get.ts";

export interface OtlpLogsSettings {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly ca: string | null;
}

const timeoutMs = 30_000;
const maxAnswerBytes = 64_000;
/** SeverityNumber of logs.proto. */
const severities = { ok: [9, "INFO"], refused: [13, "WARN"], failed: [17, "ERROR"] } as const;

/** Resolves when the collector has taken all of them. Throws with its status otherwise. */
export async function exportLogs(
  { url, headers, ca }: OtlpLogsSettings,
  records: readonly { readonly record: AuditRecord; readonly line: string }[],
): Promise<void> {
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

function bodyOf(records: readonly { readonly record: AuditRecord; readonly line: string }[]): object {
  const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const logRecords = records.map(({ record, line }) => {
    const [severityNumber, severityText] = severities[record.outcome];
    return {
      timeUnixNano: `${record.at}000000`,
      ...{ severityNumber, severityText, body: { stringValue: line } },
      attributes: [
        text("event.name", `countersign.${record.code}`),
        text("countersign.seq", String(record.seq)),
        ...(record.request === null ? [] : [text("countersign.request", record.request)]),
      ],
    };
  });
  return {
    resourceLogs: [
      {
        resource: { attributes: [text("service.name", "countersign")] },
        scopeLogs: [{ scope: { name: "countersign.audit" }, logRecords }],
      },
    ],
  };
}
