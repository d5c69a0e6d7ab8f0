// Reads the API server's audit log: what was really sent, by whom (audit.k8s.io/v1 Event).
import { readFile } from "node:fs/promises";

type AuditUser = { readonly username: string; readonly groups?: readonly string[] };

export type AuditEvent = {
  readonly auditID: string;
  readonly stage: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly user: AuditUser;
  readonly impersonatedUser?: AuditUser & { readonly extra?: Readonly<Record<string, readonly string[]>> };
  readonly userAgent?: string;
  readonly objectRef?: {
    readonly resource?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly apiGroup?: string;
    readonly subresource?: string;
  };
  readonly responseStatus?: { readonly code?: number; readonly reason?: string };
  /** The body that was sent, for changes (not of secrets). */
  readonly requestObject?: unknown;
  readonly requestReceivedTimestamp: string;
};

/**
 * All events so far, oldest first. The API server may answer a call a moment before its event is in the file, so ask with
 * `until`. A last line that is still being written is left for the next reading.
 */
export async function readAuditEvents(file: string): Promise<readonly AuditEvent[]> {
  const text = await readFile(file, "utf8");
  return text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as AuditEvent);
}
