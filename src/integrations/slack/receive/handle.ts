// Everything that comes in from Slack, by either way: acknowledged first, handled once, answered after.
import type { Json } from "../../../core/json.ts";
import type { Origin } from "../../../core/ports/surface.ts";
import { refuse } from "../../../core/refusal.ts";
import { ackBody, answer } from "./answer.ts";
import { handleButton } from "./button.ts";
import { handleCommand } from "./command.ts";
import { decode } from "./decode.ts";
import { handleHome } from "./home-tab.ts";
import { tooMuch } from "./in-time.ts";
import type { Incoming, Trigger } from "./incoming.ts";
import { handleApplyMessage, handleMessage } from "./message.ts";
import { openNewRequest } from "./new-request.ts";
import { handleSubmission } from "./submission.ts";
import type { Ack, Desk } from "./talk.ts";

/** Takes one payload. The acknowledgement is sent in every case, also for what nobody knows. */
export async function handle(desk: Desk, body: Json, ack: Ack): Promise<void> {
  const { talk } = desk;
  const incoming = decode(body, talk.home);
  if (incoming.kind === "ignored") {
    talk.log.debug("nothing to do for a payload", { because: incoming.because });
    return ack();
  }
  if (incoming.kind === "foreign") return refuseForeign(desk, incoming, ack);
  // A repetition is acknowledged, so that Slack stops repeating it, and does nothing.
  if (!desk.seen.first(keyOf(incoming), talk.clock.now())) return ack();
  switch (incoming.kind) {
    case "command":
      return handleCommand(desk, incoming, ack);
    case "submission":
      return handleSubmission(desk, incoming, ack);
    default:
      await ack();
      if (!desk.works.start(incoming.kind, () => later(desk, incoming))) {
        talk.log.warn("too much at once, a payload was not handled", { kind: incoming.kind });
        if ("origin" in incoming) await answer(talk, { kind: "refusal", refusal: tooMuch }, ...whereTo(incoming));
      }
  }
}

type Later = Exclude<Incoming, { kind: "ignored" | "foreign" | "command" | "submission" }>;

/** A message has nothing to answer by but its place. */
function whereTo(incoming: Extract<Later, { origin: Origin }>): readonly [Origin, Trigger] {
  return [incoming.origin, "trigger" in incoming ? incoming.trigger : { triggerId: "", responseUrl: "" }];
}

async function later(desk: Desk, incoming: Later): Promise<void> {
  const { talk } = desk;
  switch (incoming.kind) {
    case "message":
      return handleMessage(talk, incoming);
    case "apply-message":
      return handleApplyMessage(talk, incoming);
    case "new-request":
      return openNewRequest(talk, incoming);
    case "button":
      return handleButton(talk, incoming);
    case "home":
      return handleHome(talk, incoming.userId);
    case "altered": {
      const { channelId, ts, how, byUserId } = incoming;
      if (how === "edited") {
        const ours = talk.ownPosts.isOurs(channelId, ts, incoming.text);
        const bySelf = byUserId === null || byUserId === talk.home.botUserId;
        if (ours === true || (ours === null && bySelf)) return;
      }
      return talk.surface.postAltered(channelId, ts, how, byUserId);
    }
    default:
      return incoming satisfies never;
  }
}

function keyOf(incoming: Exclude<Incoming, { kind: "ignored" | "foreign" }>): string {
  return "origin" in incoming ? incoming.origin.deliveryKey : incoming.deliveryKey;
}

async function refuseForeign(desk: Desk, incoming: Extract<Incoming, { kind: "foreign" }>, ack: Ack): Promise<void> {
  await ack();
  desk.talk.log.warn("somebody of another workspace was refused", { user: incoming.userId });
  if (incoming.trigger.responseUrl === "") return;
  const said = ackBody({ kind: "refusal", refusal: notAMember });
  if (said !== null)
    desk.works.start("foreign", async () => void (await desk.talk.respond(incoming.trigger.responseUrl, said.body)));
}

const notAMember = refuse(
  "not-a-member",
  "Your account belongs to another workspace.",
  "Only full members of this workspace can ask and vote. Ask one of them.",
);
