// A person uses a button, menu or input in a message, modal or Home: `block_actions`. Source: docs.slack.dev/reference/interaction-payloads/block_actions-payload.
import { elementsOf, type Found } from "../block-ids.ts";
import type { Inside } from "../inside.ts";
import type { ActionSource } from "../page-protocol.ts";
import { objOf, objsOf, textOf } from "../read.ts";
import type { Obj, User, ViewRecord } from "../records.ts";
import { messageJson, viewJson } from "../wire.ts";
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
import { type Choice, chosen, stateValues } from "./values.ts";

export interface Click extends Choice {
  readonly as: string;
  readonly from: ActionSource;
  readonly blockId: string;
  readonly actionId: string;
}

/** The place an interaction comes from: the payload's own fields, and the blocks that stand there. */
export type Place =
  | {
      readonly kind: "place";
      readonly blocks: readonly Obj[];
      readonly fields: (values: Obj) => Obj;
      readonly given: Obj;
      readonly view?: ViewRecord;
    }
  | { readonly kind: "no"; readonly outcome: ActOutcome };

export function placeOf(inside: Inside, user: User, from: ActionSource): Place {
  switch (from.kind) {
    case "message":
      return messagePlace(inside, user, from.channel, from.ts);
    case "view": {
      const view = inside.modals.find(from.viewId);
      if (view === undefined || view.user !== user.id)
        return { kind: "no", outcome: problem("That window is closed.") };
      return viewPlace(view, { ...view.values, ...from.state });
    }
    case "home": {
      const home = inside.state.homes.get(user.id);
      if (home === undefined) return { kind: "no", outcome: problem("The app has not shown a Home to you yet.") };
      return viewPlace(home, home.values);
    }
  }
}

function messagePlace(inside: Inside, user: User, channelId: string, ts: string): Place {
  const seen = seenMessage(inside, channelId, ts, user);
  if (seen.kind === "no") return seen;
  const message = seen.value;
  const channel = inside.state.channels.get(channelId);
  const hidden = message.ephemeralTo !== undefined;
  const thread = message.threadTs === undefined ? {} : { thread_ts: message.threadTs };
  const fields = (values: Obj): Obj => ({
    container: { type: "message", message_ts: ts, channel_id: channelId, is_ephemeral: hidden, ...thread },
    channel: { id: channelId, name: channel === undefined ? "" : shownName(channel) },
    ...(!hidden && { message: messageJson(inside, message) }),
    state: { values },
    response_url: responseUrl(inside, user.id, channelId, message),
  });
  return { kind: "place", blocks: message.blocks, fields, given: {} };
}

function viewPlace(record: ViewRecord, given: Obj): Place {
  const fields = (values: Obj): Obj => ({
    container: { type: "view", view_id: record.id },
    view: viewJson({ ...record, values }),
  });
  return { kind: "place", blocks: objsOf(record.view.blocks), fields, given, view: record };
}

export function findElement(blocks: readonly Obj[], blockId: string, actionId: string): Found | undefined {
  return elementsOf(blocks).find(
    ({ block, element }) => element.action_id === actionId && (blockId === "" || block.block_id === blockId),
  );
}

export async function click(inside: Inside, act: Click): Promise<ActOutcome> {
  const user = seenUser(inside, act.as);
  if (user.kind === "no") return user.outcome;
  const place = placeOf(inside, user.value, act.from);
  if (place.kind === "no") return place.outcome;
  const found = findElement(place.blocks, act.blockId, act.actionId);
  if (found === undefined) {
    const there = elementsOf(place.blocks).map(({ element }) => textOf(element.action_id));
    return problem(`There is nothing with action_id ${act.actionId} here; there is: ${there.join(", ") || "nothing"}.`);
  }
  const { block, element } = found;
  const value = chosen(element, act);
  const blockId = textOf(block.block_id);
  const inBlock = { ...objOf(place.given[blockId]), [act.actionId]: { ...value, type: element.type } };
  const values = stateValues(place.blocks, { ...place.given, [blockId]: inBlock });
  if (place.view?.type === "modal") inside.modals.keepValues(place.view.id, values);
  if (block.type === "input" && block.dispatch_action !== true) return done;
  const { type, text, style, placeholder, confirm, action_id } = element;
  const kept = Object.entries({ text, style, placeholder, confirm }).filter(([, field]) => field !== undefined);
  const action = {
    type,
    action_id,
    block_id: blockId,
    ...Object.fromEntries(kept),
    ...value,
    action_ts: inside.state.newTs(),
  };
  const payload = {
    type: "block_actions",
    ...common(user.value),
    ...place.fields(values),
    trigger_id: inside.tickets.newTrigger({
      user: act.as,
      viewId: place.view?.type === "modal" ? place.view.id : undefined,
    }),
    actions: [action],
  };
  const answer = await inside.courier.ask({ kind: "interactive", payload, acceptsResponse: false });
  return answer.kind === "acked" ? done : problem(`This did not work: ${errorName(answer)}`);
}
