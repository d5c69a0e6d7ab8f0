// A person uses a shortcut, opens the app's Home, or searches in an external select.

import { homeOpened } from "../events.ts";
import type { Inside } from "../inside.ts";
import type { ActionSource } from "../page-protocol.ts";
import { objsOf } from "../read.ts";
import type { Obj } from "../records.ts";
import { directChannel } from "../web-api/direct.ts";
import { messageJson } from "../wire.ts";
import { findElement, placeOf } from "./click.ts";
import {
  type ActOutcome,
  common,
  done,
  errorName,
  problem,
  responseUrl,
  seenMessage,
  seenUser,
  shownName,
} from "./outcome.ts";

export interface ShortcutAct {
  readonly as: string;
  readonly callbackId: string;
  readonly message?: { readonly channel: string; readonly ts: string };
}

export async function shortcut(inside: Inside, act: ShortcutAct): Promise<ActOutcome> {
  const user = seenUser(inside, act.as);
  if (user.kind === "no") return user.outcome;
  const type = act.message === undefined ? "global" : "message";
  const setting = inside.app().shortcuts.find((each) => each.callbackId === act.callbackId && each.type === type);
  if (setting === undefined) return problem(`The app has no ${type} shortcut ${act.callbackId}.`);
  let about: Obj = { type: "shortcut" };
  if (act.message !== undefined) {
    const seen = seenMessage(inside, act.message.channel, act.message.ts, user.value);
    if (seen.kind === "no") return seen.outcome;
    const channel = inside.state.channels.get(act.message.channel);
    about = {
      type: "message_action",
      channel: { id: act.message.channel, name: channel === undefined ? "" : shownName(channel) },
      message_ts: act.message.ts,
      message: messageJson(inside, seen.value),
      response_url: responseUrl(inside, act.as, act.message.channel, seen.value),
    };
  }
  const payload = {
    ...common(user.value),
    ...about,
    callback_id: act.callbackId,
    action_ts: inside.state.newTs(),
    trigger_id: inside.tickets.newTrigger({ user: act.as, viewId: undefined }),
  };
  const answer = await inside.courier.ask({ kind: "interactive", payload, acceptsResponse: false });
  return answer.kind === "acked" ? done : problem(`${setting.name} did not work: ${errorName(answer)}`);
}

/** Tells the app that its Home was opened; what the app publishes comes as a view. */
export function openHome(inside: Inside, act: { readonly as: string }): ActOutcome {
  const user = seenUser(inside, act.as);
  if (user.kind === "no") return user.outcome;
  const direct = directChannel(inside, act.as);
  if (direct.kind === "no") return problem("You cannot open this app.");
  homeOpened(inside, act.as, direct.channel.id);
  return done;
}

export interface Suggest {
  readonly as: string;
  readonly from: ActionSource;
  readonly blockId: string;
  readonly actionId: string;
  readonly query: string;
}

/** The options the app offers for what was typed into an external select (`block_suggestion`). */
export async function suggest(
  inside: Inside,
  act: Suggest,
): Promise<ActOutcome & { readonly options?: readonly Obj[] }> {
  const user = seenUser(inside, act.as);
  if (user.kind === "no") return user.outcome;
  const place = placeOf(inside, user.value, act.from);
  if (place.kind === "no") return place.outcome;
  const found = findElement(place.blocks, act.blockId, act.actionId);
  if (found === undefined) return problem(`There is nothing with action_id ${act.actionId} here.`);
  const { response_url: _, ...where } = place.fields(place.given);
  const payload = {
    type: "block_suggestion",
    ...common(user.value),
    ...where,
    action_id: act.actionId,
    block_id: found.block.block_id,
    value: act.query,
  };
  const answer = await inside.courier.ask({ kind: "interactive", payload, acceptsResponse: true });
  if (answer.kind !== "acked") return problem(`No results: ${errorName(answer)}`);
  const groups = objsOf(answer.body.option_groups).flatMap((group) => objsOf(group.options));
  const options = [...objsOf(answer.body.options), ...groups];
  if (options.length > 100)
    inside.log.breach("bad_ack", `block_suggestion was answered with ${options.length} options`);
  return { ok: true, options };
}
