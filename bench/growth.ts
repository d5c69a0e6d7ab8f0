// A vote and `approvals` with 100,000 requests of history, 10,000 waiting and 1,000 grants, against a store that has just begun.
import { join } from "node:path";
import type { Store } from "../src/core/ports/store.ts";
import { makeDispatch } from "../src/dispatch/dispatch.ts";
import { reached } from "../test/postgres/fresh.ts";
import { startServer } from "../test/postgres/server.ts";
import type { Pace } from "./benchmark.ts";
import { decide } from "./decide.ts";
import { atMost, type Figure } from "./figure.ts";
import { accountOf, type Desk, openDesk, storeOptions } from "./parts/desk.ts";
import { activeGrant } from "./sample-grant.ts";
import { ended, endedEvent, pending } from "./sample-request.ts";
import { median, medianRatio } from "./statistics.ts";
import { inDirectory } from "./temporary.ts";

/** What `approvals` shows at most: a store that has just begun has as many to show. */
const shown = 50;
const atOnce = 500;

/** Rows go to PostgreSQL one answer after another: a fifth of the history is what a few minutes take. */
const sizes = {
  embedded: { ended: 100_000, waiting: 10_000, grants: 1_000 },
  postgres: { ended: 20_000, waiting: 10_000, grants: 1_000 },
  quick: { ended: 5_000, waiting: 1_000, grants: 200 },
};

interface Size {
  readonly ended: number;
  readonly waiting: number;
  readonly grants: number;
}

export async function measure(pace: Pace): Promise<readonly Figure[]> {
  return inDirectory(async (directory) => [
    ...(await compared("embedded", pace, (name) => openDesk(join(directory, name)))),
    ...(await onPostgres(directory, pace)),
  ]);
}

async function onPostgres(directory: string, pace: Pace): Promise<readonly Figure[]> {
  const servers = await Promise.all([startServer(process.env), startServer(process.env)]);
  try {
    return await compared("postgres", pace, async (name) => {
      const database = await reached(servers[name === "empty" ? 0 : 1].url);
      const store = await database.open({ ...storeOptions(), directory: join(directory, `keys-${name}`) });
      return openDesk(join(directory, `on-${name}`), { store });
    });
  } finally {
    for (const server of servers) await server.stop();
  }
}

async function compared(
  on: "embedded" | "postgres",
  { quick }: Pace,
  open: (name: "empty" | "full") => Promise<Desk>,
): Promise<readonly Figure[]> {
  const size = quick ? sizes.quick : sizes[on];
  const desks = { empty: await open("empty"), full: await open("full") };
  await fill(desks.empty.store, { ended: 0, waiting: shown, grants: 0 });
  const startedAt = performance.now();
  await fill(desks.full.store, size);
  const filledMs = performance.now() - startedAt;
  const took = { vote: times(), approvals: times() };
  for (let index = 0; index < (quick ? 60 : 200); index += 1) {
    for (const which of ["empty", "full"] as const) {
      took.vote[which].push(await decide(desks[which], 200_000 + index));
      took.approvals[which].push(await askApprovals(desks[which], index));
    }
  }
  for (const desk of Object.values(desks)) await desk.close();
  return [
    { name: `growth.${on}.filled-in`, value: filledMs / 1_000, unit: "s" },
    ...figuresOf(`growth.${on}.vote`, took.vote),
    ...figuresOf(`growth.${on}.approvals`, took.approvals),
  ];
}

const times = () => ({ empty: [] as number[], full: [] as number[] });

function figuresOf(name: string, { empty, full }: ReturnType<typeof times>): readonly Figure[] {
  return [
    { name: `${name}.empty`, value: median(empty), unit: "ms" },
    { name: `${name}.full`, value: median(full), unit: "ms" },
    { name: `${name}.full-against-empty`, value: medianRatio(full, empty), unit: "ratio", bound: atMost(1.5) },
  ];
}

/** By the store's own transactions: the rows, the names of their objects, a record for each, and the job that ends what waits. */
async function fill(store: Store, size: Size): Promise<void> {
  await inGroups(size.ended, async (tx, index) => {
    await tx.requests.insert(ended(300_000 + index));
    await tx.audit.append(endedEvent(300_000 + index));
  })(store);
  await inGroups(size.waiting, async (tx, index) => {
    const request = pending(index);
    await tx.requests.insert(request);
    await tx.jobs.put({ id: `expire:${request.id}`, kind: "expire", request: request.id, dueAt: request.expiresAt });
  })(store);
  await inGroups(size.grants, (tx, index) => tx.grants.insert(activeGrant(index)))(store);
}

type Tx = Parameters<Parameters<Store["transact"]>[0]>[0];

function inGroups(count: number, one: (tx: Tx, index: number) => Promise<void>): (store: Store) => Promise<void> {
  return async (store) => {
    for (let from = 0; from < count; from += atOnce)
      await store.transact(async (tx) => {
        for (let index = from; index < Math.min(count, from + atOnce); index += 1) await one(tx, index);
      });
  };
}

async function askApprovals(desk: Desk, index: number): Promise<number> {
  const { surface } = makeDispatch(desk.deps, { credentialsIn: async () => [] });
  const origin = {
    account: accountOf("U0BENCH03"),
    channelId: "C0PAYMENT",
    threadTs: null,
    surface: "slash",
    deliveryKey: `slash:approvals-${index}`,
  } as const;
  const startedAt = performance.now();
  const reply = await surface.command({ origin, text: "approvals", document: null });
  const tookMs = performance.now() - startedAt;
  if (reply.kind !== "message" || !reply.message.summary.startsWith(`${shown} open`))
    throw new Error(`approvals said ${JSON.stringify(reply).slice(0, 200)}`);
  return tookMs;
}
