// Connections to a Redis that takes everything and answers nothing are given up and made anew, to whoever is the one by then.
import type { Cluster, Redis } from "ioredis";

/**
 * Without this a machine that is gone keeps its connections for as long as the network's own patience lasts, a quarter of an hour,
 * though another one was promoted in its place long ago. Only those that stand: ioredis never comes back from one that was ended
 * while it still asked the sentinels.
 */
export function hangUp(clients: readonly (Redis | Cluster)[]): void {
  for (const client of clients) if (client.status === "ready" || client.status === "connect") client.disconnect(true);
}

/** Whether nobody answered, other than an answer that says no. */
export function isSilence(error: unknown): boolean {
  return error instanceof Error && /^Command timed out$/.test(error.message);
}
