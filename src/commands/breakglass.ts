// `breakglass`: a waiting request runs without its missing approvals, once its id and target were typed into a form.
import { defineOwn } from "../core/action.ts";
import { code, message } from "../core/message.ts";
import { field, optionalRest, wordOf } from "../core/params.ts";
import { isRefusal, refuse } from "../core/refusal.ts";
import { readRequestId } from "./parts/find-request.ts";
import { reasonIn } from "./parts/reason.ts";

/** What a form may carry back with it: Slack's private_metadata holds 3,000 characters. */
const carried = 500;

export const breakglass = defineOwn({
  name: "breakglass",
  summary: "Run a waiting request without its missing approvals",
  examples: ["breakglass r-4k7m2qx because checkout is down and nobody of payments answers"],
  params: {
    request: wordOf({ usage: "REQUEST", summary: "the request's id" }, readRequestId),
    because: optionalRest({ usage: "REASON", summary: "why it can't wait" }),
    id: field("the request's id, typed once more"),
    target: field("the target's name"),
    why: field("why it can't wait"),
    token: field("what binds the form to what it shows"),
  },
  needs: ["breakGlass"],
  form: async ({ breakGlass }, args, asking) => {
    const offer = await breakGlass.offer(args.request, asking.person);
    if (isRefusal(offer)) return offer;
    const reason = reasonIn(args.because) ?? "";
    const because = reason === "" || reason.length > carried ? "" : ` because ${reason}`;
    const field = { kind: "text", optional: false, choices: [] } as const;
    return {
      title: "Break-glass",
      intro: `Break-glass on ${offer.request.id}: type its id and its target's name, and it runs without its missing approvals.`,
      body: offer.body,
      token: offer.token,
      text: `breakglass ${offer.request.id}${because}`,
      fields: [
        { ...field, name: "id", label: "The request's id", hint: `Type ${offer.request.id}`, initial: "" },
        { ...field, name: "target", label: "The target's name", hint: `Type ${offer.target}`, initial: "" },
        { ...field, name: "why", label: "Why it can't wait", hint: "Everybody who is told reads it", initial: reason },
      ],
    };
  },
  run: async ({ breakGlass }, args, asking) => {
    const { id, target, token } = args;
    if (id === undefined || target === undefined || token === undefined)
      return refuse("not-confirmed", "Nothing was typed to confirm it.", `Type: breakglass ${args.request}`);
    const reason = (args.why ?? reasonIn(args.because) ?? "").trim();
    const opened = await breakGlass.use({ id: args.request, by: asking.person, typed: { id, target }, token, reason });
    if (isRefusal(opened)) return opened;
    const skipped = opened.brokenGlass?.skipped ?? "its approvals";
    return message(`${opened.id} starts without ${skipped}.`, [
      {
        kind: "text",
        icon: "high",
        text: [code(opened.id), ` starts without ${skipped}: ${opened.plan.title}. Everybody who was skipped is told.`],
      },
      { kind: "small", text: ["Your use is reviewed; until it is, you may have no other: ", code("reviews")] },
    ]);
  },
});
