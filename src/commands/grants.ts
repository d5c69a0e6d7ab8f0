// `grants`: who has access for a time now, or will have it, and until when.
import type { Grant } from "../core/access.ts";
import { defineRead } from "../core/action.ts";
import { message, type Part } from "../core/message.ts";
import { optionalWordOf } from "../core/params.ts";
import { isRefusal, type Refusal } from "../core/refusal.ts";
import { granteeOf, readPerson } from "./parts/grantee.ts";
import { grantParts } from "./render/grant.ts";

/** More than this are counted, not listed. */
const most = 40;

export const grants = defineRead({
  name: "grants",
  summary: "Access for a time: who has it, and until when",
  examples: ["grants", "grants me", "grants @U0BEN0001"],
  params: { person: optionalWordOf({ usage: "PERSON", summary: "@somebody, or me" }, readPerson) },
  needs: ["grants", "people"],
  observe: async ({ grants: port, people }, args, asking): Promise<readonly Grant[] | Refusal> => {
    const who = args.person === undefined ? null : await granteeOf(people, args.person, asking);
    if (isRefusal(who)) return who;
    return port.list({
      states: ["planned", "active", "ending"],
      limit: most,
      ...(who === null ? {} : { beneficiaryUserId: who.account.userId }),
    });
  },
  answer: (found) => {
    if (found.length === 0)
      return message("No grants.", [{ kind: "text", icon: "ok", text: ["Nobody holds access for a time there now."] }]);
    const parts: Part[] = found.flatMap((one) => grantParts(one));
    if (found.length === most)
      parts.push({ kind: "small", text: [`Only the newest ${most} are listed; grants @somebody shows one person's.`] });
    return message(`${found.length} ${found.length === 1 ? "grant" : "grants"}`, parts);
  },
});
