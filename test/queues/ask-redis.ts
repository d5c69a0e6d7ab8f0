// One command to one Redis, as an operator types it.
import { Redis } from "ioredis";

export async function ask(url: string, command: string, ...args: readonly string[]): Promise<unknown> {
  const client = new Redis(url, { retryStrategy: () => null, enableReadyCheck: false });
  client.on("error", () => undefined);
  try {
    return await client.call(command, ...args);
  } finally {
    client.disconnect();
  }
}
