// A reply on its way to the person who asked: by response_url, as an ephemeral message, in the channel, or as a modal.
import type { ModalView } from "@slack/types";
import type { Message } from "../../../core/message.ts";
import type { Origin, Reply } from "../../../core/ports/surface.ts";
import type { Refusal } from "../../../core/refusal.ts";
import { failureOf, failureText } from "../failure.ts";
import { shareFile } from "../files.ts";
import { passMessage } from "../gate.ts";
import { checkBlocks, checkView } from "../render/check.ts";
import { type Fitted, fit, messageRoom, privateRoom } from "../render/fit.ts";
import { refusalMessage } from "../render/refusal.ts";
import { answerView, formView } from "../render/views.ts";
import type { Trigger } from "./incoming.ts";
import type { Talk } from "./talk.ts";

/** Never throws: what cannot be said is logged, and said directly where that is possible. */
export async function answer(talk: Talk, reply: Reply, origin: Origin, trigger: Trigger): Promise<void> {
  try {
    switch (reply.kind) {
      case "nothing":
        return;
      case "message":
        return await (reply.audience === "channel"
          ? sayToAll(talk, reply.message, origin, trigger)
          : sayToAsker(talk, reply.message, origin, trigger));
      case "refusal":
        return await sayToAsker(talk, refusalMessage(reply.refusal), origin, trigger);
      case "form":
        return await openForm(talk, reply.form, origin, trigger);
      default:
        return reply satisfies never;
    }
  } catch (error) {
    talk.log.error("an answer could not be given", {
      user: origin.account.userId,
      channel: origin.channelId,
      why: failureText(failureOf(error)),
      // A fault of ours needs its stack; Slack's own answers are told by their code.
      error: failureOf(error).kind === "unknown" && error instanceof Error ? error : undefined,
    });
  }
}

/** What may travel in the acknowledgement of a slash command, with the files that must follow it. */
export function ackBody(reply: Reply): { readonly body: Record<string, unknown>; readonly rest: Fitted } | null {
  if (reply.kind !== "message" && reply.kind !== "refusal") return null;
  const message = reply.kind === "message" ? reply.message : refusalMessage(reply.refusal);
  const toAll = reply.kind === "message" && reply.audience === "channel";
  const rest = forAsker(message);
  // response_type always: its default differs between acknowledgements, response_url and messages.
  return { body: { response_type: toAll ? "in_channel" : "ephemeral", text: rest.text, blocks: rest.blocks }, rest };
}

/** What was made of a message for one person, by its identity: the same overview is asked for many times a second. */
const fittedFor = new WeakMap<Message, Fitted>();

/** Through the gate, fitted and checked. A message never changes, and all three are pure. */
function forAsker(message: Message): Fitted {
  const kept = fittedFor.get(message);
  if (kept !== undefined) return kept;
  const fitted = checked(fit(passMessage(message), privateRoom));
  fittedFor.set(message, fitted);
  return fitted;
}

async function sayToAsker(talk: Talk, message: Message, origin: Origin, trigger: Trigger): Promise<void> {
  const fitted = forAsker(message);
  if (!(await sayPrivately(talk, fitted, origin, trigger))) await sayDirectly(talk, fitted, origin.account.userId);
  await sendFiles(talk, fitted, origin.account.userId);
}

async function sayPrivately(talk: Talk, fitted: Fitted, origin: Origin, trigger: Trigger): Promise<boolean> {
  const thread = origin.threadTs === null ? {} : { thread_ts: origin.threadTs };
  if (trigger.responseUrl !== "") {
    const sent = await talk.respond(trigger.responseUrl, {
      response_type: "ephemeral",
      replace_original: false,
      text: fitted.text,
      blocks: fitted.blocks,
      ...thread,
    });
    if (sent) return true;
  }
  if (origin.channelId === "") return false;
  try {
    await talk.clients.urgent.call("chat.postEphemeral", {
      channel: origin.channelId,
      user: origin.account.userId,
      ...sayArguments(fitted),
      ...thread,
    });
    return true;
  } catch (error) {
    talk.log.warn("an ephemeral answer was not taken", {
      channel: origin.channelId,
      why: failureText(failureOf(error)),
    });
    return false;
  }
}

async function sayToAll(talk: Talk, message: Message, origin: Origin, trigger: Trigger): Promise<void> {
  const fitted = checked(fit(passMessage(message), messageRoom));
  try {
    const sent = await talk.clients.urgent.call("chat.postMessage", {
      channel: origin.channelId,
      ...sayArguments(fitted),
      ...(origin.threadTs === null ? {} : { thread_ts: origin.threadTs }),
    });
    const ts = typeof sent.ts === "string" ? sent.ts : null;
    if (ts !== null) talk.ownPosts.wrote(origin.channelId, ts, fitted.blocks);
    for (const file of fitted.attachments) {
      await shareFile(talk.clients.outbox, file, { channelId: origin.channelId, threadTs: origin.threadTs ?? ts });
    }
  } catch (error) {
    const failure = failureOf(error);
    // An unknown outcome may have been seen by all: saying it again would say it twice.
    if (failure.kind === "unknown") throw error;
    talk.log.warn("an answer for all was not taken", { channel: origin.channelId, why: failureText(failure) });
    await sayToAsker(talk, message, origin, trigger);
  }
}

async function openForm(
  talk: Talk,
  form: Extract<Reply, { kind: "form" }>["form"],
  origin: Origin,
  trigger: Trigger,
): Promise<void> {
  if (trigger.triggerId !== "") {
    const view = formView(form, {
      kind: "form",
      verb: form.verb,
      text: form.text,
      channelId: origin.channelId,
      threadTs: origin.threadTs,
      fields: form.fields.map(({ name, kind }) => [name, kind] as const),
      ...(form.token === undefined ? {} : { token: form.token }),
    });
    if (await openView(talk, view, trigger)) return;
  }
  // Only a click or a slash command lets a bot open a form: a message gets a button to click.
  const command = form.text.startsWith(form.verb) ? form.text : `${form.verb} ${form.text}`.trim();
  const message: Message = {
    summary: `${form.title}: open the form`,
    parts: [
      { kind: "text", text: [form.intro === "" ? form.title : form.intro] },
      {
        kind: "buttons",
        buttons: [{ action: "run-command", label: "Open the form", style: "primary", value: command }],
      },
    ],
    attachments: [],
  };
  await sayToAsker(talk, message, origin, { triggerId: "", responseUrl: trigger.responseUrl });
}

/** True when Slack opened it. A trigger that is too old or was used is a false, and logged. */
export async function openView(talk: Talk, view: ModalView, trigger: Trigger): Promise<boolean> {
  const wrong = checkView(view);
  if (wrong.length > 0) throw new Error(`modal over Slack's limits: ${wrong.join("; ")}`);
  try {
    await talk.clients.urgent.call("views.open", { trigger_id: trigger.triggerId, view });
    return true;
  } catch (error) {
    talk.log.warn("a form could not be opened", { why: failureText(failureOf(error)) });
    return false;
  }
}

/** A refusal after a click: as a modal where that is still possible, else as an ephemeral message. */
export async function showRefusal(talk: Talk, refusal: Refusal, origin: Origin, trigger: Trigger): Promise<void> {
  const opened =
    trigger.triggerId !== "" && (await openView(talk, answerView("Not done", refusalMessage(refusal)), trigger));
  if (!opened) await answer(talk, { kind: "refusal", refusal }, origin, trigger);
}

/** Files of an answer for one person go into the direct messages with that person. */
export async function sendFiles(talk: Talk, fitted: Pick<Fitted, "attachments">, userId: string): Promise<void> {
  if (fitted.attachments.length === 0) return;
  const channelId = await talk.directChannel(userId);
  for (const file of fitted.attachments) await shareFile(talk.clients.outbox, file, { channelId, threadTs: null });
}

async function sayDirectly(talk: Talk, fitted: Fitted, userId: string): Promise<void> {
  const channel = await talk.directChannel(userId);
  await talk.clients.urgent.call("chat.postMessage", { channel, ...sayArguments(fitted) });
}

/** Arguments of every post: no unfurling, no parsing of names or links (T11). */
export function sayArguments(fitted: Pick<Fitted, "text" | "blocks">): Readonly<Record<string, unknown>> {
  return {
    text: fitted.text,
    blocks: fitted.blocks,
    unfurl_links: false,
    unfurl_media: false,
    link_names: false,
    parse: "none",
    mrkdwn: false,
  };
}

function checked(fitted: Fitted): Fitted {
  const wrong = checkBlocks(fitted.blocks, "message");
  if (wrong.length > 0) throw new Error(`message over Slack's limits: ${wrong.join("; ")}`);
  return fitted;
}
