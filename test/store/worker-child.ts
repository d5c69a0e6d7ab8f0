// A process that appends to a store until it is killed, and says on standard output what was acknowledged.
import { sealRecord } from "../../src/audit/chain.ts";
import { openStore } from "../../src/store/open.ts";
import { random, requestId, sampleEvent, silent } from "./samples.ts";

const directory = process.argv[2] ?? "";
const clock = { now: () => Date.now(), wait: async () => undefined };
const store = await openStore({ directory, clock, random, log: silent, seal: sealRecord, minFreeBytes: 0 });
process.stdout.write("open\n");

async function appendForever(writer: number): Promise<never> {
  for (let index = 0; ; index += 1) {
    const record = await store.transact(async (tx) => {
      if (index % 5 === 0) await tx.seen.mark(`${writer}-${index}-${process.pid}`, Number.MAX_SAFE_INTEGER);
      await tx.jobs.put({
        id: `${process.pid}-${writer}-${index}`,
        kind: "expire",
        request: requestId("1"),
        dueAt: index,
      });
      return tx.audit.append(sampleEvent({ details: { writer, index, pid: process.pid } }));
    });
    process.stdout.write(`${record.seq} ${record.hash}\n`);
  }
}

await Promise.all([0, 1, 2, 3].map(appendForever));
