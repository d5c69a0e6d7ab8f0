// A database behind a port that stays: the server there can die, come back, or give way to a standby of its own.
import type { TestContext } from "node:test";
import { freshDatabase, sql } from "../../postgres/fresh.ts";
import { type Server, startServer } from "../../postgres/server.ts";
import { type Standby, startStandby } from "../../postgres/standby.ts";
import { type FaultProxy, startFaultProxy } from "../../support/fault-proxy.ts";
import type { OpenedRecord } from "./backends.ts";

export interface FailingDatabase {
  /** As the bot reaches it. */
  readonly record: OpenedRecord;
  server(): Server;
  /** Gone, and here again after so long. */
  restart(awayMs: number): Promise<void>;
  newStandby(): Promise<Standby>;
  /** The server dies, and the standby is there in its place; one that was killed before knows what it knew then. */
  failOver(to: Standby, was?: "killed"): Promise<void>;
}

export async function startFailingDatabase(t: TestContext, name: string): Promise<FailingDatabase> {
  let server = await startServer(process.env);
  const all = new Set<Server>([server]);
  const address = new URL(await freshDatabase({ after: () => undefined }, server.url));
  let door: FaultProxy = await startFaultProxy({ port: server.port });
  const { port } = door;
  t.after(async () => {
    await door.stop();
    await Promise.all([...all].map((one) => one.stop()));
  });
  address.port = String(port);
  const databaseUrl = address.href;
  const log = async () =>
    (await sql(databaseUrl, "SELECT line FROM audit ORDER BY seq")).map(({ line }) => String(line));
  return {
    record: { name, databaseUrl, log },
    server: () => server,
    async restart(awayMs) {
      await server.kill();
      await new Promise((resolve) => setTimeout(resolve, awayMs));
      await server.start();
    },
    async newStandby() {
      const standby = await startStandby(server);
      all.add(standby);
      return standby;
    },
    async failOver(to, was) {
      await server.kill();
      await door.stop();
      if (was === "killed") await to.start();
      await to.promote();
      door = await startFaultProxy({ port: to.port, listenOn: port });
      server = to;
    },
  };
}
