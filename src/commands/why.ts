// `why`: why a request needs what it needs, or ended as it did.
import { defineRead } from "../core/action.ts";
import { code, message, type Part } from "../core/message.ts";
import { wordOf } from "../core/params.ts";
import type { Standing } from "../core/ports/requests.ts";
import { isRefusal, type Refusal } from "../core/refusal.ts";
import type { Request } from "../core/request.ts";
import { findRequest, readRequestId } from "./parts/find-request.ts";
import { eligibleParts, riskParts, voteParts } from "./render/request.ts";

const words = { usage: "REQUEST", summary: "the request's id" };

export const why = defineRead({
  name: "why",
  summary: "Why a request needs these approvals, and who could give them",
  examples: ["why r-4k7m2qx"],
  params: { request: wordOf(words, readRequestId) },
  needs: ["requests"],
  observe: async ({ requests }, args): Promise<{ found: Request; standing: Standing } | Refusal> => {
    const found = await findRequest(requests, args.request);
    if (isRefusal(found)) return found;
    const standing = await requests.standing(found);
    return isRefusal(standing) ? standing : { found, standing };
  },
  answer: ({ found, standing }) => {
    const parts: Part[] = [
      { kind: "text", text: [code(found.id), ` ${found.plan.title} is ${stateWords(found, standing)}`] },
      {
        kind: "text",
        text: [
          found.rules.length === 0
            ? "No rule asked for approvals."
            : `Decided by the rule${found.rules.length === 1 ? "" : "s"} ${found.rules.join(", ")}.`,
        ],
      },
      { kind: "code", text: standing.because },
      ...riskParts(found.plan.risks),
      ...voteParts(found),
    ];
    if (standing.missing !== "")
      parts.push({ kind: "text", icon: "wait", text: [`Still needed: ${standing.missing}`] });
    parts.push(...eligibleParts(standing.eligible));
    return message(`Why ${found.id}`, parts);
  },
});

/** While votes are missing, what it waits for is said once, below; a sentence that begins with the state says it itself. */
function stateWords({ state, says }: Request, { missing }: Standing): string {
  if (says === "" || missing !== "") return `${state}.`;
  const words = says.startsWith(state) ? says : `${state}. ${says}`;
  return /[.!?]$/.test(words) ? words : `${words}.`;
}
