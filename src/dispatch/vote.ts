// Votes: the form rendered from the record, and its submission, which is the vote (R17).
import { demandWords, mayVote } from "../approvals/may-vote.ts";
import { examplesOf } from "../approvals/reason.ts";
import { planParts, requestFields, voteParts } from "../commands/render/request.ts";
import { parseRequestId, type RequestId } from "../core/ids.ts";
import { bold, code, type Message, message, type Part, person } from "../core/message.ts";
import type { Person } from "../core/person.ts";
import type { CardOrigin, Origin, Reply, VoteForm, VoteInput } from "../core/ports/surface.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import type { Request, StepUpProof } from "../core/request.ts";
import { append } from "./append.ts";
import type { Deps, StepUpAsked } from "./deps.ts";
import { whyNotAgain } from "./once.ts";
import { plainEvent, requestEvent } from "./record.ts";
import { lookAt } from "./standings.ts";
import { transition } from "./transition.ts";
import { isVoteToken, voteToken } from "./vote-token.ts";

/** A button's value: the request and the version that the card showed. */
export function readCardValue(value: string): { id: RequestId; version: number } | null {
  const [idText = "", versionText = ""] = value.split(":");
  const id = parseRequestId(idText);
  const version = Number(versionText);
  return id === null || !Number.isSafeInteger(version) ? null : { id, version };
}

/** Only the record's own card opens a form: a look-alike posted with a stolen token collects nothing (T4). */
export function isOwnCard(request: Request, card: CardOrigin): boolean {
  return request.card.channelId === card.channelId && request.card.ts !== null && request.card.ts === card.ts;
}

export async function openVote(
  deps: Deps,
  voter: Person,
  choice: "approve" | "deny",
  value: string,
  card: CardOrigin,
): Promise<VoteForm | Refusal> {
  const named = readCardValue(value);
  const request = named === null ? null : await deps.store.requests.get(named.id);
  if (named === null || request === null) return forgery(deps, voter, value, card.channelId);
  const refusal = await whyNot(deps, { voter, request, choice, version: named.version, card });
  if (refusal !== null) {
    await recordRefused(deps, request, voter, refusal, card.channelId);
    return refusal;
  }
  const rule = choice === "deny" ? "required" : (request.requirement?.reasonToApprove.kind ?? "optional");
  return {
    request: request.id,
    version: request.version,
    choice,
    token: voteToken({ request, choice, userId: voter.account.userId }, deps.clock.now()),
    body: formBody(request, choice),
    reason: rule === "optional" ? "optional" : "required",
    reasonHint: reasonHint(request, choice),
  };
}

interface Wanted {
  readonly voter: Person;
  readonly request: Request;
  readonly choice: "approve" | "deny";
  readonly version: number;
  readonly card: CardOrigin;
}

async function whyNot(deps: Deps, { voter, request, choice, version, card }: Wanted): Promise<Refusal | null> {
  if (request.state === "planned")
    return refuse("request-not-posted", `${request.id} is not yet posted whole.`, "Try again in a moment.");
  if (request.state !== "pending" && request.state !== "approved") {
    return refuse(
      "request-over",
      `${request.id} can't be voted on any more: it is ${request.state}.`,
      `Type: request ${request.id}`,
    );
  }
  if (version !== request.version) {
    return refuse(
      "stale-card",
      `This card shows version ${version} of ${request.id}; what would be done now is version ${request.version}.`,
      "Use the newer card.",
    );
  }
  if (!isOwnCard(request, card)) return forged(request.id);
  const { standings } = await lookAt(deps.people, request, voter.account.userId);
  return mayVote(request, { human: voter.human, name: voter.name, choice }, { now: deps.clock.now(), standings });
}

/** It names no request of ours: recorded all the same, since somebody made it (T4). */
async function forgery(deps: Deps, voter: Person, value: string, channel: string): Promise<Refusal> {
  const refusal = forged(value);
  const details = { refusal: refusal.code, says: refusal.message };
  const event = plainEvent("vote.refused", { actor: voter, channel, outcome: "refused", details });
  await deps.store.transact((tx) => append(tx, event, deps.channels.audit));
  return refusal;
}

function forged(value: string): Refusal {
  return refuse(
    "forged-vote",
    `This message is not the card of a request (${value.slice(0, 40)}).`,
    "Type approvals to find the real cards. If somebody else posted this, tell your security team.",
  );
}

/** What exactly is countersigned, from the record: the risk facts first. */
function formBody(request: Request, choice: "approve" | "deny"): Message {
  const parts: Part[] = [
    { kind: "text", text: [bold(request.plan.title)] },
    ...planParts(request.plan),
    requestFields(request),
    ...voteParts(request),
    ...demandParts(request, choice),
    {
      kind: "small",
      text: [
        "Your vote is bound to ",
        code(request.plan.digest),
        ` version ${request.version}; if what would be done changes, it no longer counts.`,
      ],
    },
  ];
  return message(`${choice === "approve" ? "Approve" : "Deny"} ${request.id}`, parts);
}

/** What an approval takes beyond the click is said before it is given; a denial takes nothing. */
function demandParts({ requirement }: Request, choice: "approve" | "deny"): readonly Part[] {
  const words = requirement === null || choice === "deny" ? [] : demandWords(requirement);
  return words.length === 0 ? [] : [{ kind: "text", icon: "info", text: [words.join(" ")] }];
}

function reasonHint(request: Request, choice: "approve" | "deny"): string {
  if (choice === "deny") return "Why not? The requester reads it.";
  const rule = request.requirement?.reasonToApprove;
  if (rule?.kind !== "pattern") return "Why is it right to do this?";
  return `For example: ${examplesOf(rule)}`;
}

/**
 * The one way in for votes. `proof` is of a sign-in made for exactly this vote, verified and used up by the caller; a vote that
 * needs one and has none is offered the sign-in, and is not cast (R21).
 */
export async function vote(deps: Deps, voter: Person, input: VoteInput, proof?: StepUpProof): Promise<Reply> {
  const { choice, origin } = input;
  const request = await deps.store.requests.get(input.request);
  if (request === null)
    return { kind: "refusal", refusal: await forgery(deps, voter, input.request, origin.channelId) };
  const voted = await cast(deps, { voter, request, input, proof });
  if (isRefusal(voted)) {
    await recordRefused(deps, request, voter, voted, origin.channelId);
    if (voted.code !== "step-up-required" || proof !== undefined) return { kind: "refusal", refusal: voted };
    return signInOffered(deps, { voter, request, input });
  }
  return { kind: "message", message: thanks(voted, choice), audience: "asker" };
}

async function signInOffered(deps: Deps, asked: StepUpAsked): Promise<Reply> {
  const offered =
    deps.offerStepUp === undefined
      ? refuse(
          "step-up-required",
          "Each approval of this takes a fresh sign-in, and no sign-in is configured, so nobody can approve this tier.",
          "The admin of the bot must configure the company's sign-in, or change the rule.",
        )
      : await deps.offerStepUp(asked);
  if (isRefusal(offered)) return { kind: "refusal", refusal: offered };
  return { kind: "message", message: offered, audience: "asker" };
}

interface Casting extends StepUpAsked {
  readonly proof: StepUpProof | undefined;
}

async function cast(deps: Deps, { voter, request, input, proof }: Casting): Promise<Request | Refusal> {
  const subject = { request, choice: input.choice, userId: voter.account.userId };
  if (input.version !== request.version) {
    return refuse(
      "stale-card",
      `The form shows version ${input.version} of ${request.id}; what would be done now is version ${request.version}.`,
      "Open the newer card and read what changed.",
    );
  }
  if (!isVoteToken(input.token, subject, deps.clock.now())) {
    return refuse(
      "forged-vote",
      `This form of ${request.id} is too old, or was not made for you.`,
      "Open it again from the request's own card.",
    );
  }
  const event = {
    kind: "vote",
    by: voter,
    choice: input.choice,
    reason: input.reason,
    request: request.id,
    version: input.version,
    digest: request.plan.digest,
    nonce: request.nonce,
    ...(proof === undefined ? {} : { stepUp: proof }),
  } as const;
  return transition(deps, request.id, event, {
    byUserId: voter.account.userId,
    also: (tx) => whyNotAgain(tx, input.origin.deliveryKey, deps.clock),
  });
}

export function thanks(request: Request, choice: "approve" | "deny"): Message {
  const says = afterVote(request, choice);
  return message(`Your ${choice === "approve" ? "approval" : "denial"} of ${request.id} is recorded.`, [
    {
      kind: "text",
      icon: choice === "approve" ? "ok" : "stop",
      text: [`Your ${choice === "approve" ? "approval" : "denial"} of `, code(request.id), ` is recorded. ${says}`],
    },
  ]);
}

function afterVote(request: Request, choice: "approve" | "deny"): string {
  if (request.state === "pending") return `Still needed: ${request.says}.`;
  if (request.state === "approved" && choice === "deny")
    return "It does not stop the request, which has all approvals that it needs; its card shows how it goes.";
  if (request.state === "approved" && (request.plan.notBefore ?? 0) > (request.quorumAt ?? 0))
    return "That was the last one needed: it starts at its planned time, and its card shows how it goes.";
  if (request.state === "approved")
    return "That was the last one needed: it starts now, and its card shows how it goes.";
  return request.says;
}

export async function withdraw(
  deps: Deps,
  voter: Person,
  { id, deliveryKey }: { readonly id: RequestId; readonly deliveryKey: string },
): Promise<Request | Refusal> {
  const withdrawn = await transition(
    deps,
    id,
    { kind: "withdraw", by: voter },
    { byUserId: voter.account.userId, also: (tx) => whyNotAgain(tx, deliveryKey, deps.clock) },
  );
  if (!isRefusal(withdrawn)) return withdrawn;
  const details = { refusal: withdrawn.code, says: withdrawn.message };
  const event = plainEvent("vote.withdrawn", {
    actor: voter,
    outcome: "refused",
    details: { ...details, request: id },
  });
  await deps.store.transact((tx) => append(tx, event, deps.channels.audit));
  return withdrawn;
}

/** Refused clicks are events too (R32). */
export async function recordRefused(
  deps: Deps,
  request: Request,
  voter: Person,
  refusal: Refusal,
  channel: string,
): Promise<void> {
  await deps.store.transact((tx) =>
    append(
      tx,
      requestEvent("vote.refused", request, {
        actor: voter,
        channel,
        outcome: "refused",
        details: { refusal: refusal.code, says: refusal.message },
      }),
      deps.channels.audit,
    ),
  );
}

export function withdrawnMessage(request: Request, origin: Origin): Message {
  return message(`Your vote on ${request.id} is withdrawn.`, [
    {
      kind: "text",
      icon: "undo",
      text: [
        person(origin.account.userId),
        `, your vote on ${request.id} is withdrawn. Still needed: ${request.says}.`,
      ],
    },
  ]);
}
