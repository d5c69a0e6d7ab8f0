// `undelegate`: a delegation ends before its time.
import { defineOwn } from "../core/action.ts";
import { type DelegationId, parseDelegationId } from "../core/ids.ts";
import { code, message } from "../core/message.ts";
import { wordOf } from "../core/params.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";

export const undelegate = defineOwn({
  name: "undelegate",
  summary: "End a delegation before its time",
  examples: ["undelegate d-4k7m2qx"],
  params: { delegation: wordOf({ usage: "DELEGATION", summary: "its id, as delegations shows it" }, readId) },
  needs: ["delegations"],
  run: async ({ delegations }, args, asking) => {
    const ended = await delegations.takeBack(args.delegation, asking.person);
    if (isRefusal(ended)) return ended;
    const says = `${ended.to.name} no longer stands in for ${ended.from.name} in ${ended.groups.join(", ")}.`;
    return message(says, [{ kind: "text", icon: "ok", text: [code(ended.id), ` is ended. ${says} Both are told.`] }]);
  },
});

function readId(text: string): DelegationId | Refusal {
  return (
    parseDelegationId(text) ??
    refuse(
      "bad-argument",
      `“${text}” is not the id of a delegation.`,
      "It looks like d-4k7m2qx; delegations shows them.",
    )
  );
}
