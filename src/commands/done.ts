// `done`: the holder needs the access no longer; it ends before its time.
import { defineOwn } from "../core/action.ts";
import { wordOf } from "../core/params.ts";
import { isRefusal } from "../core/refusal.ts";
import { grantWords } from "./parts/find-grant.ts";
import { readRequestId } from "./parts/find-request.ts";
import { endedMessage } from "./render/grant.ts";

export const done = defineOwn({
  name: "done",
  summary: "End access that you no longer need",
  examples: ["done r-4k7m2qx"],
  params: { grant: wordOf(grantWords, readRequestId) },
  needs: ["grants"],
  run: async ({ grants }, args, asking) => {
    const ended = await grants.end(args.grant, asking.person, { how: "done", reason: null });
    return isRefusal(ended) ? ended : endedMessage(ended);
  },
});
