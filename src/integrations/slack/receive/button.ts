// Buttons and menus: votes open a form made from the record; everything else is a question to the surface.
import type { Origin, Reply } from "../../../core/ports/surface.ts";
import { isRefusal, refuse } from "../../../core/refusal.ts";
import { answerView, voteView } from "../render/views.ts";
import { within } from "../within.ts";
import { answer, openView, showRefusal } from "./answer.ts";
import { handleHome } from "./home-tab.ts";
import { inTime } from "./in-time.ts";
import type { Incoming } from "./incoming.ts";
import type { Talk } from "./talk.ts";

type ButtonPress = Extract<Incoming, { kind: "button" }>;

/** Slack lets a form be opened for three seconds after the click; some of it was already spent on the way. */
const openMs = 2_500;

export async function handleButton(talk: Talk, press: ButtonPress): Promise<void> {
  if (press.action === "open-approve") return openVote(talk, press, "approve");
  if (press.action === "open-deny") return openVote(talk, press, "deny");
  const onHome = press.card.ts === "";
  const origin: Origin = onHome
    ? { ...press.origin, channelId: await talk.directChannel(press.origin.account.userId) }
    : press.origin;
  const reply = await inTime(talk, talk.surface.press(origin, press.action, press.value, press.card));
  if (!onHome) return answer(talk, reply, origin, press.trigger);
  await answerOnHome(talk, reply, origin, press);
  await handleHome(talk, origin.account.userId);
}

async function openVote(talk: Talk, press: ButtonPress, choice: "approve" | "deny"): Promise<void> {
  const { origin, card, trigger } = press;
  const form = await within(
    talk.clock,
    openMs,
    talk.surface.openVote(origin, choice, press.value, card),
    () => tooLate,
  );
  if (isRefusal(form)) return showRefusal(talk, form, origin, trigger);
  const view = voteView(form, {
    kind: "vote",
    request: form.request,
    version: form.version,
    choice: form.choice,
    token: form.token,
    channelId: origin.channelId,
    threadTs: origin.threadTs,
  });
  if (!(await openView(talk, view, trigger)))
    await answer(talk, { kind: "refusal", refusal: tooLate }, origin, { ...trigger, triggerId: "" });
}

const tooLate = refuse(
  "busy",
  "The form could not be opened in time.",
  "Nothing was recorded. Press the button again.",
);

/** On the Home tab there is no conversation to answer in: a modal shows the answer. */
async function answerOnHome(talk: Talk, reply: Reply, origin: Origin, press: ButtonPress): Promise<void> {
  if (reply.kind === "refusal") return showRefusal(talk, reply.refusal, origin, press.trigger);
  if (reply.kind === "message" && press.trigger.triggerId !== "") {
    if (await openView(talk, answerView("Answer", reply.message), press.trigger)) return;
  }
  await answer(talk, reply, origin, press.trigger);
}
