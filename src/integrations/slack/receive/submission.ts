// Submitted forms: the answer comes within Slack's three seconds in the form itself, or the form says that it is under way.
import type { ModalView } from "@slack/types";
import { message } from "../../../core/message.ts";
import type { CommandInput, Document, Origin, Reply } from "../../../core/ports/surface.ts";
import { isRefusal, type Refusal, refuse } from "../../../core/refusal.ts";
import { failureOf, failureText } from "../failure.ts";
import { authorsOf, readFile } from "../files.ts";
import { pass } from "../gate.ts";
import { shorten } from "../render/controls.ts";
import { readFormMemo, readVoteMemo } from "../render/memo.ts";
import { answerView, blockIds, callbacks, refusalView } from "../render/views.ts";
import { within } from "../within.ts";
import { answer } from "./answer.ts";
import { accountOf } from "./decode.ts";
import { type FormInput, formInput } from "./form-input.ts";
import { inTime, tooMuch } from "./in-time.ts";
import type { Incoming } from "./incoming.ts";
import type { Ack, Desk, Talk } from "./talk.ts";

type Submission = Extract<Incoming, { kind: "submission" }>;

/** Where an error about the submission stands, and how its answer is shown. */
interface Outcome {
  readonly reply: Promise<Reply>;
  readonly origin: Origin;
  /** The field that a refusal stands under; null shows it in place of the form. */
  readonly fieldOf: (refusal: Refusal) => string | null;
}

/** Well within Slack's three seconds: where the answer takes longer, the person sees at once that it was taken in. */
const ackMs = 700;

export async function handleSubmission(desk: Desk, incoming: Submission, ack: Ack): Promise<void> {
  const { talk, works } = desk;
  const begun = begin(talk, incoming);
  if (begun === null) return ack();
  if ("errors" in begun) return ack({ response_action: "errors", errors: begun.errors });
  const { reply, origin, fieldOf } = begun;
  talk.peopleFirst.during(reply);
  const early = await within(talk.clock, ackMs, reply, () => null);
  if (early !== null) {
    await ack(ackFor(early, fieldOf, titleOf(incoming)));
    if (early.kind === "message" && early.audience === "asker") return;
    if (early.kind !== "refusal") works.start("submission", () => answer(talk, early, origin, incoming.trigger));
    return;
  }
  await ack({ response_action: "update", view: answerView("Under way", underWay) });
  const started = works.start("submission", async () => {
    const late = await inTime(talk, reply);
    if (late.kind === "message" && late.audience === "asker")
      return show(talk, incoming.viewId, answerView(titleOf(incoming), late.message));
    if (late.kind === "refusal") return show(talk, incoming.viewId, refusalView(late.refusal));
    await show(talk, incoming.viewId, answerView("Taken", taken));
    await answer(talk, late, origin, { ...incoming.trigger, triggerId: "" });
  });
  if (!started) await show(talk, incoming.viewId, refusalView(tooMuch));
}

/** Above an answer that takes the form's place. A vote may take one step more: what came of it is in the words. */
const titleOf = ({ callbackId }: Submission): string => (callbackId === callbacks.vote ? "Your vote" : "Answer");

function ackFor(reply: Reply, fieldOf: Outcome["fieldOf"], title: string): Record<string, unknown> {
  if (reply.kind === "refusal") {
    const field = fieldOf(reply.refusal);
    if (field === null) return { response_action: "update", view: refusalView(reply.refusal) };
    return { response_action: "errors", errors: { [field]: errorText(reply.refusal) } };
  }
  if (reply.kind === "message" && reply.audience === "asker") {
    return { response_action: "update", view: answerView(title, reply.message) };
  }
  return { response_action: "clear" };
}

function begin(
  talk: Talk,
  incoming: Submission,
): Outcome | { readonly errors: Readonly<Record<string, string>> } | null {
  switch (incoming.callbackId) {
    case callbacks.vote:
      return beginVote(talk, incoming);
    case callbacks.form:
      return beginForm(talk, incoming);
    case callbacks.newRequest:
      return beginNewRequest(talk, incoming);
    default:
      return null;
  }
}

function beginVote(talk: Talk, incoming: Submission): Outcome {
  const memo = readVoteMemo(incoming.metadata);
  const origin = originOf(talk, incoming, memo);
  const fieldOf = (refusal: Refusal) =>
    refusal.code === "reason-required" || refusal.code === "reason-pattern" ? blockIds.reason : null;
  if (memo === null)
    return { reply: Promise.resolve({ kind: "refusal", refusal: forged }), origin, fieldOf: () => null };
  const reason = incoming.values.get(blockIds.reason)?.text.trim() ?? "";
  const { request, version, choice, token } = memo;
  const vote = { origin, request, version, choice, token, reason: reason === "" ? null : reason };
  return { reply: talk.surface.vote(vote), origin, fieldOf };
}

const forged = refuse(
  "forged-vote",
  "This form is not one that the bot made.",
  "Open the request's own card and press its button.",
);

function beginForm(
  talk: Talk,
  incoming: Submission,
): Outcome | { readonly errors: Readonly<Record<string, string>> } | null {
  const memo = readFormMemo(incoming.metadata);
  if (memo === null) return null;
  const origin = originOf(talk, incoming, memo);
  const input = formInput(memo, incoming.values);
  if (input.kind === "errors") return input;
  const reply = documentOf(talk, input, incoming.userId).then((document): Reply | Promise<Reply> => {
    if (isRefusal(document)) return { kind: "refusal", refusal: document };
    const command: CommandInput = { origin, text: input.text, document };
    return talk.surface.command(command);
  });
  const field = memo.fields.find(([, kind]) => kind === "manifest")?.[0] ?? memo.fields[0]?.[0] ?? null;
  return { reply, origin, fieldOf: () => field };
}

async function documentOf(
  talk: Talk,
  input: Exclude<FormInput, { kind: "errors" }>,
  userId: string,
): Promise<Document | null | Refusal> {
  if (input.kind === "text") return input.document === null ? null : { text: input.document, authorUserIds: [userId] };
  const read = await readFile(input.file, talk.files);
  return isRefusal(read) ? read : { text: read.text, authorUserIds: authorsOf(userId, read) };
}

function beginNewRequest(
  talk: Talk,
  incoming: Submission,
): Outcome | { readonly errors: Readonly<Record<string, string>> } {
  const typed = (incoming.values.get(blockIds.command)?.text ?? "").trim();
  const text = typed.startsWith(`/${talk.command} `) ? typed.slice(talk.command.length + 2).trim() : typed;
  const channelId = incoming.values.get(blockIds.where)?.text ?? "";
  if (text === "") return { errors: { [blockIds.command]: "Type a command, such as: help" } };
  const origin = originOf(talk, incoming, { channelId, threadTs: null });
  return { reply: talk.surface.command({ origin, text, document: null }), origin, fieldOf: () => blockIds.command };
}

function originOf(
  talk: Talk,
  incoming: Submission,
  place: { readonly channelId: string; readonly threadTs: string | null } | null,
): Origin {
  return {
    account: accountOf(incoming.userId, talk.home),
    channelId: place?.channelId ?? "",
    threadTs: place?.threadTs ?? null,
    surface: "form",
    deliveryKey: incoming.deliveryKey,
  };
}

const errorText = (refusal: Refusal): string => shorten(pass(`${refusal.message} ${refusal.hint}`.trim()), 1_000);

const underWay = message("Under way", [
  { kind: "text", icon: "wait", text: ["This takes a little longer. The answer will stand here."] },
]);
const taken = message("Taken", [
  { kind: "text", icon: "ok", text: ["It was taken. The answer stands in the channel."] },
]);

async function show(talk: Talk, viewId: string, view: ModalView): Promise<void> {
  try {
    await talk.clients.urgent.call("views.update", { view_id: viewId, view });
  } catch (error) {
    talk.log.warn("a form could not be updated", { why: failureText(failureOf(error)) });
  }
}
