// What the process answers besides Slack: the command line on a socket, and a supervisor's health checks.
import type { Checkpointer } from "../audit/checkpointer.ts";
import { exportLines } from "../audit/export.ts";
import { vkeyOf } from "../audit/note.ts";
import { controlPath, listenForControl } from "../server/control.ts";
import { type Probe, serveHealth } from "../server/health.ts";
import type { Base } from "./base.ts";
import type { KeptRecord } from "./record.ts";

export async function listenForCommandLine(
  base: Base,
  { store, signer }: KeptRecord,
  checkpointer: Checkpointer,
): Promise<void> {
  const { config, log, version, clock, closing } = base;
  const startedAt = clock.now();
  const control = await listenForControl({
    path: controlPath(config.dataDirectory),
    log,
    source: {
      status: async () => ({
        version,
        startedAt,
        records: ((await store.audit.head())?.seq ?? -1) + 1,
        backlog: await store.outbox.backlog(),
        sealed: checkpointer.refusal()?.message ?? null,
      }),
      auditLines: () => exportLines(store),
      proving: async () => {
        const signed = (await checkpointer.proving())?.signed ?? null;
        return signed === null ? null : { ...signed, key: vkeyOf(signer) };
      },
    },
  });
  closing.add(() => control.close());
}

/** In Socket Mode nobody but a supervisor asks here, so a port that is taken is said and the bot goes on. */
export async function serveProbes({ config, log, closing }: Base, probes: readonly Probe[]): Promise<void> {
  const { host, port } = config.http;
  try {
    const server = await serveHealth({ host, port, probes });
    closing.add(() => server.close());
  } catch (error) {
    log.warn("no health checks: the port of http cannot be listened on", {
      host,
      port,
      error: error instanceof Error ? error : undefined,
    });
  }
}
