// `delegations`: who stands in for whom now, one's own first.
import { defineRead } from "../core/action.ts";
import type { Delegation } from "../core/delegation.ts";
import { bold, code, message, type Part, time } from "../core/message.ts";

export const delegations = defineRead({
  name: "delegations",
  summary: "Who stands in for whom now",
  examples: ["delegations"],
  params: {},
  needs: ["delegations"],
  observe: ({ delegations: port }) => port.inForce(),
  answer: (inForce, _args, asking) => {
    const says = inForce.length === 1 ? "1 delegation" : `${inForce.length} delegations`;
    if (inForce.length === 0)
      return message("Nobody stands in for anybody now.", [
        {
          kind: "text",
          icon: "info",
          text: [
            "Nobody stands in for anybody now. To let somebody countersign in your place, type: delegate @PERSON for 2d because …",
          ],
        },
      ]);
    const me = asking.person.account.userId;
    const isMine = ({ from, to }: Delegation): boolean => from.userId === me || to.userId === me;
    const sorted = [...inForce.filter(isMine), ...inForce.filter((one) => !isMine(one))];
    return message(says, sorted.map(delegationPart));
  },
});

/** Names in plain words: nobody is notified by being listed. */
export function delegationPart({ id, from, to, groups, until, reason }: Delegation): Part {
  return {
    kind: "text",
    icon: "info",
    text: [
      bold(to.name),
      ` stands in for ${from.name} in ${groups.join(", ")} until `,
      time(until),
      `: “${reason}” (`,
      code(id),
      ")",
    ],
  };
}
