// The path of a status answer without Slack's transport, and beside it a warm client that fetches the same pods as a Table.
import { randomBytes } from "node:crypto";
import { Agent, request } from "undici";
import { systemClock } from "../../src/clock.ts";
import { makeDispatch } from "../../src/dispatch/dispatch.ts";
import { openClusters } from "../../src/integrations/kubernetes/clusters.ts";
import { ackBody } from "../../src/integrations/slack/receive/answer.ts";
import { accountOf, askerIds, configIn, openDesk, silent } from "./desk.ts";
import { detailOf, servePart } from "./serve-part.ts";

export interface AskerOptions {
  readonly directory: string;
  readonly kubeconfig: string;
  readonly server: string;
}

/** One question: how it is typed, and where its pods are. */
export interface Target {
  readonly text: string;
  readonly path: string;
}

export interface Asking {
  readonly targets: readonly Target[];
  readonly count: number;
}

await servePart(async () => {
  const { directory, kubeconfig, server } = detailOf<AskerOptions>();
  const clusters = await openClusters({
    clusters: configIn(directory, kubeconfig).clusters,
    clock: systemClock,
    random: randomBytes,
    log: silent,
    version: "bench",
    secretTagKey: randomBytes(32),
  });
  clusters.start();
  await clusters.whenWarm();
  const desk = await openDesk(directory, { kubeconfig, clusters });
  const { surface } = makeDispatch(desk.deps, { credentialsIn: async () => [] });
  const dispatcher = new Agent({ connections: askerIds.length, pipelining: 1 });
  const ask = async ({ text }: Target, person: number, index: number): Promise<number> => {
    const userId = askerIds[person] ?? "";
    const origin = {
      account: accountOf(userId),
      channelId: "C0PAYMENT",
      threadTs: null,
      surface: "slash",
      deliveryKey: `slash:${index}`,
    } as const;
    const reply = await surface.ready({ origin, text, document: null });
    if (reply?.kind !== "message") throw new Error(`no ready answer to ${text}: ${JSON.stringify(reply)}`);
    return JSON.stringify(ackBody(reply)?.body).length;
  };
  const fetchTable = async ({ path }: Target): Promise<number> => {
    const answer = await request(`${server}${path}`, {
      dispatcher,
      headers: { accept: tableType, authorization: "Bearer bench-token" },
    });
    const table = (await answer.body.json()) as { readonly rows: readonly unknown[] };
    return table.rows.length;
  };
  return {
    facts: {},
    answers: {
      /** Milliseconds of all answers together, fifty people asking at once. */
      ours: (detail) => byAll(detail as Asking, ask),
      table: (detail) => byAll(detail as Asking, fetchTable),
    },
    async stop() {
      await desk.close();
      await clusters.close();
    },
  };
});

const tableType = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

async function byAll(
  { targets, count }: Asking,
  one: (target: Target, person: number, index: number) => Promise<number>,
): Promise<number> {
  let next = 0;
  const startedAt = performance.now();
  await Promise.all(
    askerIds.map(async (_, person) => {
      while (next < count) {
        const index = next;
        next += 1;
        const target = targets[index % targets.length];
        if (target !== undefined && (await one(target, person, index)) === 0) throw new Error(`empty: ${target.text}`);
      }
    }),
  );
  return performance.now() - startedAt;
}
