// A vote that needs a fresh sign-in: the message, for the voter's eyes only, with the link and the code to compare (R21).
import { newMatchCode } from "../../core/ids.ts";
import { bold, code, type Message, message, time } from "../../core/message.ts";
import { refuse } from "../../core/refusal.ts";
import type { Request } from "../../core/request.ts";
import type { StepUpOffer } from "../deps.ts";
import type { SignInDeps } from "./deps.ts";
import type { SignInFlow } from "./flow.ts";

export function stepUpOffer(deps: SignInDeps, flow: SignInFlow): StepUpOffer {
  return async ({ voter, request, input }) => {
    // A rule may ask for a fresh sign-in without saying how fresh.
    const demands = request.requirement?.stepUp ?? { maxAgeMs: deps.config.stepUpFreshForMs, acr: [], amr: [] };
    if (demands.impossible === true)
      return refuse(
        "step-up-required",
        `The rules of ${request.id} ask for sign-ins that exclude each other, so nobody can approve it.`,
        "The admin of the bot must change the rules; policy shows them.",
      );
    const matchCode = newMatchCode(deps.random);
    const purpose = { kind: "vote", input, digest: request.plan.digest, matchCode, demands } as const;
    const { url, expiresAt } = await flow.begin({ account: voter.account, name: voter.name, purpose });
    return offerMessage(request, { url, expiresAt, matchCode, provider: deps.providers.company.title });
  };
}

interface Offer {
  readonly url: string;
  readonly expiresAt: number;
  readonly matchCode: string;
  readonly provider: string;
}

function offerMessage(request: Request, { url, expiresAt, matchCode, provider }: Offer): Message {
  return message(`Your approval of ${request.id} takes a fresh sign-in; nothing is approved yet.`, [
    {
      kind: "text",
      icon: "lock",
      text: ["Nothing is approved yet: an approval of ", code(request.id), ` takes a fresh sign-in at ${provider}.`],
    },
    { kind: "text", text: ["You are about to approve: ", bold(request.plan.title)] },
    { kind: "text", text: ["Match code: ", bold(matchCode)] },
    {
      kind: "text",
      text: [
        { kind: "link", url, text: `Sign in and approve ${request.id}` },
        ": works once, in one browser, until ",
        time(expiresAt),
        ".",
      ],
    },
    {
      kind: "text",
      icon: "warn",
      text: [
        "The page must show the same code: if it shows another, or you did not just vote, stop and tell security. Send the link to nobody.",
      ],
    },
  ]);
}
