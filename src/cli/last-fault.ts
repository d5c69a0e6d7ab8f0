// A fault that nothing caught: nobody knows what state the process is in, so it ends and a supervisor starts it anew.
import type { Log } from "../core/ports/log.ts";

/** The process ends with this after such a fault (EX_SOFTWARE of sysexits), unlike after a stop or the end of Slack's connection. */
export const faultExitCode = 70;

interface FaultSource {
  on(event: "unhandledRejection" | "uncaughtException", heard: (reason: unknown) => void): unknown;
}

/**
 * Resolves at the first fault that nothing caught; each is logged with an id of its own. From here on such faults do not end
 * the process by themselves: whoever waits must.
 */
export function lastFault(source: FaultSource, log: Log, newId: () => string): Promise<"fault"> {
  return new Promise((resolve) => {
    for (const event of ["unhandledRejection", "uncaughtException"] as const)
      source.on(event, (reason) => {
        log.error("a fault that nothing caught; the process ends", {
          fault: newId(),
          event,
          error: reason instanceof Error ? reason : new Error(String(reason)),
        });
        resolve("fault");
      });
  });
}
