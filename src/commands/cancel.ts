// `cancel`: a request is taken back before it starts, or its result is no longer watched.
import { defineOwn } from "../core/action.ts";
import { parseRequestId } from "../core/ids.ts";
import { code, message, person } from "../core/message.ts";
import { optionalRest, wordOf } from "../core/params.ts";
import { isRefusal, refuse } from "../core/refusal.ts";

const words = { usage: "REQUEST", summary: "the request's id, as its card shows it" };

export const cancel = defineOwn({
  name: "cancel",
  summary: "Take a request back before it starts",
  examples: ["cancel r-4k7m2qx", "cancel r-4k7m2qx wrong cluster"],
  params: {
    request: wordOf(
      words,
      (text) =>
        parseRequestId(text) ??
        refuse("bad-argument", `“${text}” is no request id.`, "It looks like r-4k7m2qx; type approvals to see them."),
    ),
    reason: optionalRest({ usage: "REASON", summary: "why" }),
  },
  needs: ["requests"],
  run: async ({ requests }, args, asking) => {
    const cancelled = await requests.cancel(args.request, asking.person, args.reason ?? null);
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
