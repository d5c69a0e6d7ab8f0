// `review`: what somebody thinks of a use of break-glass, after the fact.
import { defineOwn } from "../core/action.ts";
import { code, message } from "../core/message.ts";
import { optionalRest, wordOf } from "../core/params.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import { readRequestId } from "./parts/find-request.ts";
import { reasonIn } from "./parts/reason.ts";

export const review = defineOwn({
  name: "review",
  summary: "Say whether a use of break-glass was right",
  examples: [
    "review r-4k7m2qx ok because the rollback was right and nobody answered",
    "review r-4k7m2qx not-ok because payments was on call and answered within a minute",
  ],
  params: {
    request: wordOf({ usage: "REQUEST", summary: "the request that was opened by break-glass" }, readRequestId),
    verdict: wordOf({ usage: "ok|not-ok", summary: "whether the use was right" }, readVerdict),
    reason: optionalRest({ usage: "REASON", summary: "why" }),
  },
  needs: ["breakGlass"],
  run: async ({ breakGlass }, args, asking) => {
    const given = { by: asking.person, ok: args.verdict === "ok", reason: reasonIn(args.reason) ?? "" };
    const done = await breakGlass.review(args.request, given);
    if (isRefusal(done)) return done;
    const missing = done.rule.count - done.verdicts.length;
    const says =
      done.state === "open" ? `${missing} more ${missing === 1 ? "is" : "are"} needed.` : `It is done: ${done.state}.`;
    return message(`Your review of ${done.request} is recorded.`, [
      { kind: "text", icon: "ok", text: ["Your review of ", code(done.request), ` is recorded. ${says}`] },
    ]);
  },
});

function readVerdict(text: string): "ok" | "not-ok" | Refusal {
  const verdict = text.toLowerCase();
  if (verdict === "ok" || verdict === "not-ok") return verdict;
  return refuse("bad-argument", `“${text}” is no verdict.`, "Type ok or not-ok, and then because …");
}
