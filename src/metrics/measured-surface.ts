// The surface with a stopwatch around it: how long what somebody asked takes to be decided, and how it comes out.
import type { Reply, Surface } from "../core/ports/surface.ts";
import { isRefusal } from "../core/refusal.ts";
import type { Metrics } from "./registry.ts";

/** In ms; only differences mean anything. */
export type Stopwatch = () => number;

type Kind = "command" | "ready" | "vote" | "form" | "button" | "home";

export function measuredSurface(surface: Surface, metrics: Metrics, stopwatch: Stopwatch): Surface {
  const timed = async <T>(kind: Kind, work: Promise<T>, isRefused: (done: T) => boolean): Promise<T> => {
    const from = stopwatch();
    const done = await work;
    metrics.observe("countersign_answer_seconds", (stopwatch() - from) / 1_000, { surface: kind });
    const outcome = isRefused(done) ? "refused" : "ok";
    metrics.count("countersign_answers_total", { surface: kind, outcome });
    return done;
  };
  const refused = (reply: Reply): boolean => reply.kind === "refusal";
  return {
    ready(input) {
      const reply = surface.ready(input);
      return reply === null ? null : timed("ready", reply, refused);
    },
    command: (input) => timed("command", surface.command(input), refused),
    openVote: (...of) => timed("form", surface.openVote(...of), isRefusal),
    vote: (input) => timed("vote", surface.vote(input), refused),
    press: (...of) => timed("button", surface.press(...of), refused),
    home: (account) => timed("home", surface.home(account), isRefusal),
    postAltered: (...of) => surface.postAltered(...of),
  };
}
