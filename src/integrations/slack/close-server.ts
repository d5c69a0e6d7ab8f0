// The end of an HTTP server: what it has begun to read is answered, and nothing else holds it open.
import type { Server } from "node:http";
import type { Clock } from "../../core/ports/clock.ts";
import { within } from "./within.ts";

/** Slack waits three seconds for an acknowledgement: what takes longer, nobody listens to any more. */
export const acknowledgedWithinMs = 3_000;
const lookMs = 50;

/** It takes no new connections by now. Connections that are kept open for later requests would hold it open for ever. */
export async function closeServer(server: Server, clock: Clock): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    if (server.listening) server.close(() => resolve());
    else server.once("close", resolve);
  });
  const over = new AbortController();
  const idle = async (): Promise<void> => {
    while (!over.signal.aborted) {
      server.closeIdleConnections();
      await clock.wait(lookMs, over.signal);
    }
  };
  const closing = idle();
  await within(clock, acknowledgedWithinMs, closed, () => undefined);
  over.abort();
  await closing;
  server.closeAllConnections();
}
