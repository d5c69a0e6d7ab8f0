// What the process answers besides Slack: the command line on a socket, and the pages of the sign-in.
import type { Checkpointer } from "../audit/checkpointer.ts";
import { exportLines } from "../audit/export.ts";
import { vkeyOf } from "../audit/note.ts";
import { controlPath, listenForControl, type Prunable } from "../server/control.ts";
import type { Answering } from "../server/route.ts";
import { serveWeb } from "../server/serve.ts";
import type { Base } from "./base.ts";
import type { Pruning } from "./pruning.ts";
import type { KeptRecord } from "./record.ts";

export async function listenForCommandLine(
  base: Base,
  { store, signer }: KeptRecord,
  checkpointer: Checkpointer,
): Promise<CommandLine> {
  const { config, log, version, clock, closing } = base;
  const startedAt = clock.now();
  let prunable = async (): Promise<Prunable> => ({ kind: "kept", why: "The bot is only starting: ask again." });
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
      prunable: () => prunable(),
    },
  });
  closing.add(() => control.close());
  return {
    tellsOf: (pruning) => {
      prunable = () => pruning.wouldGo();
    },
  };
}

export interface CommandLine {
  /** From then on it is answered what would be pruned. */
  tellsOf(pruning: Pick<Pruning, "wouldGo">): void;
}

/** For Socket Mode: where people sign in it listens, and throws when the port is taken. The port, or null where nobody signs in. */
export async function serveRoutes({ config, closing }: Base, answer: Answering): Promise<number | null> {
  if (config.identity === null) return null;
  const { host, port } = config.http;
  try {
    const server = await serveWeb({ host, port, answer });
    closing.add(() => server.close());
    return server.port;
  } catch (error) {
    const what = "the port of http cannot be listened on, and people sign in there";
    throw new Error(`${what}: ${host}:${port}`, { cause: error });
  }
}
