// `cancel`: a request is taken back before it starts, or its result is no longer watched.
import { defineOwn } from "../core/action.ts";
import { code, message, person } from "../core/message.ts";
import { optionalRest, wordOf } from "../core/params.ts";
import { isRefusal } from "../core/refusal.ts";
import { readRequestId } from "./parts/find-request.ts";
import { reasonIn } from "./parts/reason.ts";

const words = { usage: "REQUEST", summary: "the request's id, as its card shows it" };

export const cancel = defineOwn({
  name: "cancel",
  summary: "Take a request back before it starts",
  examples: ["cancel r-4k7m2qx", "cancel r-4k7m2qx because it is the wrong cluster"],
  params: {
    request: wordOf(words, readRequestId),
    reason: optionalRest({ usage: "REASON", summary: "why" }),
  },
  needs: ["requests"],
  run: async ({ requests }, args, asking) => {
    const cancelled = await requests.cancel(args.request, asking.person, reasonIn(args.reason));
    if (isRefusal(cancelled)) return cancelled;
    return message(`${cancelled.id} is ${cancelled.state}.`, [
      {
        kind: "text",
        icon: "ok",
        text: [
          code(cancelled.id),
          ` is ${cancelled.state} by `,
          person(asking.person.account.userId),
          `: ${cancelled.plan.title}`,
        ],
      },
    ]);
  },
});
