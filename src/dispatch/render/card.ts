// The living message of a request, from asking to its verified end.

import { demandWords } from "../../approvals/may-vote.ts";
import {
  deadlineText,
  diffAttachment,
  lookingParts,
  plannedStartText,
  planParts,
  requestFields,
  sentence,
  stateIcons,
  stateOf,
  stateWords,
  stepParts,
  voteParts,
} from "../../commands/render/request.ts";
import {
  type Button,
  bold,
  code,
  type Message,
  message,
  type Part,
  person,
  type Text,
  time,
} from "../../core/message.ts";
import type { Progress } from "../../core/ports/clusters.ts";
import type { Standing } from "../../core/ports/requests.ts";
import { isOver, type Request, standingVotes } from "../../core/request.ts";

export interface CardFacts {
  readonly request: Request;
  /** null when nobody is waited for. */
  readonly standing: Standing | null;
  readonly progress: Progress | null;
  /** The undo as a command to type, when there is one. */
  readonly undoCommand: string | null;
}

/** Attached to the first posting only: the whole diff. */
export function requestCard(facts: CardFacts): Message {
  const { request } = facts;
  const parts: Part[] = [
    { kind: "heading", icon: stateIcons[request.state], text: request.plan.title },
    { kind: "text", text: stateText(facts) },
    ...lookingParts(request),
    ...progressParts(request, facts.progress),
    requestFields(request),
    ...planParts(request.plan),
    ...voteParts(request),
    ...stepParts(request),
    ...demandParts(request),
    ...buttonParts(request, facts.undoCommand),
  ];
  const deadline = deadlineText(request);
  if (deadline.length > 0) parts.push({ kind: "small", text: deadline });
  const attachments =
    request.state === "planned" || request.state === "approved"
      ? diffAttachment(request.plan, `${request.id}-v${request.version}`)
      : [];
  return message(`${request.id} ${stateWords[request.state]}: ${request.plan.title}`, parts, attachments);
}

/** An earlier version's card: without buttons, with what changed since. */
export function replacedCard(request: Request, changed: readonly string[]): Message {
  const words = "what it would do has changed since, so the votes on this card no longer count";
  return message(`${request.id} version ${request.version} is replaced: ${request.plan.title}`, [
    { kind: "heading", icon: "undo", text: request.plan.title },
    { kind: "text", text: [bold(`${request.id} version ${request.version} is replaced:`), ` ${words}.`] },
    { kind: "code", text: changed.join("\n") },
    requestFields(request),
    ...planParts(request.plan),
    { kind: "small", text: [`Version ${request.version + 1} has a card of its own.`] },
  ]);
}

function stateText({ request, standing, progress }: CardFacts): Text {
  const words: Text = [bold(`${request.id} ${stateOf(request)}.`), ...plannedStartText(request)];
  if (standing !== null && standing.missing !== "") return [...words, ` Still needed: ${standing.missing}.`];
  // While it goes on, the bar says how far it is.
  const isTold = request.says === "" || (progress !== null && progressParts(request, progress).length > 0);
  return isTold ? words : [...words, ` ${sentence(request.says)}`];
}

/** What an approval takes beyond the click, while approvals are asked for. */
function demandParts({ requirement, state }: Request): readonly Part[] {
  const isAsked = state === "planned" || state === "pending";
  const words = isAsked && requirement !== null ? demandWords(requirement) : [];
  return words.length === 0 ? [] : [{ kind: "text", icon: "info", text: [words.join(" ")] }];
}

function progressParts(request: Request, progress: Progress | null): readonly Part[] {
  if (progress === null || (request.state !== "verifying" && request.state !== "executing")) return [];
  return [{ kind: "progress", done: progress.done, total: progress.total, label: progress.says }];
}

function buttonParts(request: Request, undoCommand: string | null): readonly Part[] {
  const value = `${request.id}:${request.version}`;
  if (request.state === "pending" || request.state === "approved")
    return [{ kind: "buttons", buttons: votingButtons(request, value) }];
  if (request.state === "verifying")
    return [{ kind: "buttons", buttons: [{ action: "cancel-request", label: "Stop watching", value }] }];
  if (isOver(request) && undoCommand !== null && request.execution !== null) {
    return [{ kind: "buttons", buttons: [{ action: "run-command", label: "Plan the undo", value: undoCommand }] }];
  }
  return [];
}

/** Until it starts it can be denied, and whoever has voted may take that back (R20): one button for all, on the one card. */
function votingButtons(request: Request, value: string): readonly Button[] {
  const approve: Button = { action: "open-approve", label: "Review and approve", style: "primary", value };
  const deny: Button = { action: "open-deny", label: "Deny", style: "danger", value };
  const looking: Button = { action: "start-looking", label: "I'm looking", value };
  const notMe: Button = { action: "stop-looking", label: "Not me", value };
  const takeBack: Button = { action: "withdraw-vote", label: "Take my vote back", value };
  return [
    ...(request.state === "pending" ? [approve] : []),
    ...(request.requirement === null ? [] : [deny]),
    ...(request.state === "pending" ? [looking] : []),
    ...(request.looking === undefined ? [] : [notMe]),
    ...(standingVotes(request).length === 0 ? [] : [takeBack]),
    { action: "cancel-request", label: "Cancel the request", value },
  ];
}

/** What the asker reads at once, where they asked. */
export function askedMessage(request: Request, standing: Standing | null, approvalsChannel: string): Message {
  if (request.requirement === null) {
    return message(`${request.id} starts: ${request.plan.title}`, [
      {
        kind: "text",
        icon: "run",
        text: [
          code(request.id),
          ` ${request.plan.title}. It needs no approvals and starts `,
          ...startText(request),
          "; I report here when it is verified.",
        ],
      },
    ]);
  }
  const missing = standing === null || standing.missing === "" ? "approvals" : standing.missing;
  return message(`${request.id} waits for ${missing}`, [
    {
      kind: "text",
      icon: "wait",
      text: [
        code(request.id),
        ` ${request.plan.title}. It needs ${missing}. The card is in `,
        { kind: "channel", channelId: approvalsChannel },
        `; open until `,
        time(request.expiresAt),
        ".",
      ],
    },
  ]);
}

function startText({ plan, createdAt }: Request): Text {
  return plan.notBefore !== undefined && plan.notBefore > createdAt ? ["at ", time(plan.notBefore)] : ["now"];
}

export function resultMessage(request: Request, undoCommand: string | null): Message {
  const parts: Part[] = [
    {
      kind: "text",
      icon: stateIcons[request.state],
      text: [
        person(request.requester.userId),
        " ",
        code(request.id),
        ` ${stateWords[request.state]}: ${request.plan.title}.`,
        request.says === "" ? "" : ` ${sentence(request.says)}`,
      ],
    },
    ...stepParts(request),
  ];
  if (undoCommand !== null && request.execution !== null)
    parts.push({ kind: "buttons", buttons: [{ action: "run-command", label: "Plan the undo", value: undoCommand }] });
  return message(`${request.id} ${stateWords[request.state]}`, parts);
}
