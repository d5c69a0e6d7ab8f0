// What the process answers besides Slack: the command line on a socket, and a supervisor's health checks.
import type { Checkpointer } from "../audit/checkpointer.ts";
import { exportLines } from "../audit/export.ts";
import { vkeyOf } from "../audit/note.ts";
import { controlPath, listenForControl } from "../server/control.ts";
import type { Answering } from "../server/route.ts";
import { serveWeb } from "../server/serve.ts";
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

/**
 * For Socket Mode. Where only a supervisor asks here, a port that is taken is said and the bot goes on; where people sign in here,
 * it throws. The port, or null where nothing listens.
 */
export async function serveRoutes({ config, log, closing }: Base, answer: Answering): Promise<number | null> {
  const { host, port } = config.http;
  try {
    const server = await serveWeb({ host, port, answer });
    closing.add(() => server.close());
    return server.port;
  } catch (error) {
    const what = "the port of http cannot be listened on";
    if (config.identity !== null)
      throw new Error(`${what}, and people sign in there: ${host}:${port}`, { cause: error });
    log.warn(`no health checks: ${what}`, { host, port, error: error instanceof Error ? error : undefined });
    return null;
  }
}
