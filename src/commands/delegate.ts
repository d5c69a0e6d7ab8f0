// `delegate`: somebody stands in for me in my groups for a while, for countersigning and nothing else.
import { defineOwn } from "../core/action.ts";
import { asGroupName, type GroupName } from "../core/ids.ts";
import { bold, code, message, person, time } from "../core/message.ts";
import { readDuration, rest, wordOf } from "../core/params.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import { readPerson } from "./parts/grantee.ts";

export const delegate = defineOwn({
  name: "delegate",
  typedOnly: true,
  summary: "Let somebody countersign in your place for a while",
  examples: [
    "delegate @U024BE7LH for 2d because I am on holiday",
    "delegate @U024BE7LH payments-leads for 4h because I am in a flight",
  ],
  params: {
    to: wordOf({ usage: "@PERSON", summary: "who stands in for you" }, readPerson),
    terms: rest({
      usage: "[GROUPS] for DURATION because REASON",
      summary: "which of your own groups (left out: all), how long, and why",
    }),
  },
  needs: ["delegations"],
  run: async ({ delegations }, { to, terms }, asking) => {
    const read = readTerms(terms);
    if (isRefusal(read)) return read;
    const from = asking.person;
    const toUserId = to === "me" ? from.account.userId : to;
    const groups = read.groups.length === 0 ? from.groups : read.groups;
    const lent = await delegations.lend({ from, toUserId, groups, forMs: read.forMs, reason: read.reason });
    if (isRefusal(lent)) return lent;
    return message(`${lent.to.name} stands in for you in ${lent.groups.join(", ")}.`, [
      {
        kind: "text",
        icon: "ok",
        text: [
          person(to),
          " stands in for you in ",
          bold(lent.groups.join(", ")),
          " until ",
          time(lent.until),
          " (",
          code(lent.id),
          ").",
        ],
      },
      {
        kind: "small",
        text: [
          "For countersigning only, never for what either of you asked for or wrote, and the two of you count once in your place. ",
          `You are both told. To end it early, type: undelegate ${lent.id}`,
        ],
      },
    ]);
  },
});

interface Terms {
  readonly groups: readonly GroupName[];
  readonly forMs: number;
  readonly reason: string;
}

/** `[GROUPS] for DURATION because REASON`; several groups with spaces or commas between them. */
export function readTerms(text: string): Terms | Refusal {
  const words = text.split(" ").filter((word) => word !== "");
  const lower = words.map((word) => word.toLowerCase());
  const because = lower.indexOf("because");
  const reason = because === -1 ? "" : words.slice(because + 1).join(" ");
  const before = because === -1 ? words : words.slice(0, because);
  const at = lower.slice(0, before.length).lastIndexOf("for");
  const duration = at === -1 ? undefined : before[at + 1];
  if (duration === undefined || at + 2 !== before.length)
    return refuse(
      "missing-argument",
      `“${text}” does not say for how long.`,
      "Write it so: delegate @PERSON payments-leads for 2d because I am on holiday",
    );
  const forMs = readDuration(duration);
  if (isRefusal(forMs)) return forMs;
  if (reason === "")
    return refuse(
      "reason-required",
      "A delegation needs a reason.",
      "End with because, and why: because I am on holiday",
    );
  const groups = before.slice(0, at).flatMap((word) => word.split(",").filter((part) => part !== ""));
  return { groups: [...new Set(groups)].map(asGroupName), forMs, reason };
}
