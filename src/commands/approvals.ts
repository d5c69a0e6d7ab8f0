// `approvals`: what waits for countersigning, and what waits for this person first.
import { defineRead } from "../core/action.ts";
import { code, message, type Part, person, time } from "../core/message.ts";
import { onOff } from "../core/params.ts";
import { isRefusal } from "../core/refusal.ts";
import { openStates, type Request } from "../core/request.ts";

/** More open requests than this are counted, not listed. */
const most = 50;

interface Waiting {
  readonly request: Request;
  readonly missing: string;
  readonly forMe: boolean;
}

export const approvals = defineRead({
  name: "approvals",
  summary: "What waits to be countersigned, yours first",
  examples: ["approvals", "approvals --mine"],
  params: { mine: onOff("only what you asked for") },
  needs: ["requests"],
  observe: async ({ requests }, args, asking): Promise<readonly Waiting[]> => {
    const me = asking.person.account.userId;
    const open = await requests.list({
      states: openStates,
      limit: most,
      ...(args.mine ? { requesterUserId: me } : {}),
    });
    return Promise.all(
      open.map(async (request) => {
        const standing = request.state === "pending" ? await requests.standing(request) : null;
        if (standing === null || isRefusal(standing)) return { request, missing: request.says, forMe: false };
        return { request, missing: standing.missing, forMe: standing.eligible.some((one) => one.userId === me) };
      }),
    );
  },
  answer: (waiting) => {
    if (waiting.length === 0)
      return message("Nothing waits.", [
        { kind: "text", icon: "ok", text: ["Nothing waits to be countersigned or carried out."] },
      ]);
    const mine = waiting.filter((one) => one.forMe);
    const parts: Part[] = [];
    if (mine.length > 0) parts.push({ kind: "heading", icon: "wait", text: "Waiting for you" }, ...mine.flatMap(line));
    const others = waiting.filter((one) => !one.forMe);
    if (others.length > 0)
      parts.push(
        { kind: "heading", icon: "info", text: mine.length > 0 ? "Others" : "Open requests" },
        ...others.flatMap(line),
      );
    if (waiting.length === most)
      parts.push({ kind: "small", text: [`Only ${most} are listed; approvals --mine shows what you asked for.`] });
    return message(`${waiting.length} open, ${mine.length} waiting for you`, parts);
  },
});

function line({ request, missing }: Waiting): readonly Part[] {
  return [
    {
      kind: "text",
      text: [
        code(request.id),
        ` ${request.plan.title}, asked by `,
        person(request.requester.userId),
        `. ${request.state}: ${missing}. Until `,
        time(request.expiresAt),
      ],
    },
    { kind: "buttons", buttons: [{ action: "show-request", label: "Show", value: request.id }] },
  ];
}
