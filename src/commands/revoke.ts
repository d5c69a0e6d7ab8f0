// `revoke`: somebody's access ends now; said only after it was read back.
import { defineOwn } from "../core/action.ts";
import { optionalRest, wordOf } from "../core/params.ts";
import { isRefusal } from "../core/refusal.ts";
import { grantWords } from "./parts/find-grant.ts";
import { readRequestId } from "./parts/find-request.ts";
import { reasonIn } from "./parts/reason.ts";
import { endedMessage } from "./render/grant.ts";

export const revoke = defineOwn({
  name: "revoke",
  summary: "End a grant now",
  examples: ["revoke r-4k7m2qx", "revoke r-4k7m2qx because the incident is over"],
  params: {
    grant: wordOf(grantWords, readRequestId),
    reason: optionalRest({ usage: "REASON", summary: "why" }),
  },
  needs: ["grants"],
  run: async ({ grants }, args, asking) => {
    const ended = await grants.end(args.grant, asking.person, { how: "revoked", reason: reasonIn(args.reason) });
    return isRefusal(ended) ? ended : endedMessage(ended);
  },
});
