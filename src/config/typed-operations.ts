// The typed section of how the bot itself is watched.
import type { OperationsConfig } from "../core/config.ts";

export interface RawOperations {
  readonly port?: number;
  readonly host?: string;
  readonly tell?: string;
  readonly traces?: { readonly endpoint: string; readonly headersFrom?: string; readonly percent?: number };
}

export function typedOperations(raw: RawOperations | undefined): OperationsConfig {
  const { port = 8081, host = "127.0.0.1", tell = null, traces } = raw ?? {};
  if (traces === undefined) return { port, host, tell, traces: null };
  const { endpoint, headersFrom = null, percent = 100 } = traces;
  return { port, host, tell, traces: { endpoint, headersFrom, percent } };
}
