// The bot over its starts: when what was accepted needs another one, it ends cleanly and starts anew by itself.
import type { Log } from "../core/ports/log.ts";
import type { Bot } from "../main.ts";

/** One start of it. */
export interface OneRun extends Bot {
  /** Resolves when it is to start anew. */
  readonly anew: Promise<void>;
}

/** A start that fails later, like one that fails at first, leaves a supervisor to try again: `ended` says why. */
export async function keptOpen(open: () => Promise<OneRun>, log: Log): Promise<Bot> {
  let current = await open();
  let isStopping = false;
  let turning: Promise<void> = Promise.resolve();
  const ended = Promise.withResolvers<string>();
  const follow = (run: OneRun): void => {
    void run.ended.then(ended.resolve);
    void run.anew.then(() => {
      turning = turn(run);
    });
  };
  const turn = async (run: OneRun): Promise<void> => {
    if (isStopping) return;
    log.info("what was accepted is started anew");
    try {
      await run.stop();
      current = await open();
      follow(current);
    } catch (error) {
      log.error("the bot did not start anew", { error: error instanceof Error ? error : undefined });
      ended.resolve("it did not start anew with what was accepted");
    }
  };
  follow(current);
  const end = async (how: "stop" | "leave"): Promise<void> => {
    isStopping = true;
    await turning;
    await current[how]();
  };
  return {
    get port() {
      return current.port;
    },
    get operationsPort() {
      return current.operationsPort;
    },
    ended: ended.promise,
    handOverKubeconfig: (grant, toUserId) => current.handOverKubeconfig(grant, toUserId),
    queue: () => current.queue(),
    reload: () => current.reload(),
    stop: () => end("stop"),
    leave: () => end("leave"),
  };
}
