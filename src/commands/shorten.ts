// `shorten`: somebody who may countersign a grant lets it be shorter than it was asked for; never longer (R25).
import { defineOwn } from "../core/action.ts";
import { code, message } from "../core/message.ts";
import { durationText, readDuration, said, wordOf } from "../core/params.ts";
import { isRefusal } from "../core/refusal.ts";
import { readRequestId } from "./parts/find-request.ts";

const requestWords = { usage: "REQUEST", summary: "the request's id, before it is approved" };
const lengthWords = { usage: "DURATION", summary: "how long instead: 30m" };

export const shorten = defineOwn({
  name: "shorten",
  summary: "Let a grant that waits for you be shorter",
  examples: ["shorten r-4k7m2qx to 30m"],
  params: {
    request: wordOf(requestWords, readRequestId),
    to: said("to", wordOf(lengthWords, readDuration)),
  },
  needs: ["grants"],
  run: async ({ grants }, args, asking) => {
    const shorter = await grants.shorten(args.request, asking.person, args.to);
    if (isRefusal(shorter)) return shorter;
    return message(`${shorter.id} asks for ${durationText(args.to)} now.`, [
      {
        kind: "text",
        icon: "ok",
        text: [
          code(shorter.id),
          ` asks for ${durationText(args.to)} now, as version ${shorter.version}. Earlier votes count no more: it is voted on anew, on its new card.`,
        ],
      },
    ]);
  },
});
