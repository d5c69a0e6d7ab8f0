// The demo's reaper: ends access that was granted for a time with an account of its own, whatever becomes of the bot.
import { systemClock } from "../src/clock.ts";
import type { Log } from "../src/core/ports/log.ts";
import { connect } from "../src/integrations/kubernetes/connect.ts";
import { GrantObjects } from "../src/integrations/kubernetes/grant-objects.ts";
import { startReaper } from "../src/reaper/reap.ts";
import { readVersion } from "../src/version.ts";

/** Sooner than in production: whoever watches should not wait. */
const everyMs = 2_000;
const longestMs = 30 * 86_400_000;

/** Begins at once, with what ended while nothing ran. */
export async function startDemoReaper(
  kubeconfig: string,
  namespace: string,
  log: Log,
): Promise<{ stop(): Promise<void> }> {
  const connection = await connect({ kind: "kubeconfig", file: kubeconfig, context: null });
  const cluster = new GrantObjects({ connection, clock: systemClock, version: `${readVersion()} reaper`, namespace });
  const reaper = startReaper({ cluster, clock: systemClock, log, everyMs, longestMs });
  return {
    async stop() {
      await reaper.stop();
      await connection.close();
    },
  };
}
