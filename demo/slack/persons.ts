// Acting as one of the people in tests: what a hand would do, in one line each.
import { perform } from "./acts/act.ts";
import { findElement, placeOf } from "./acts/click.ts";
import { command } from "./acts/command.ts";
import type { ActOutcome } from "./acts/outcome.ts";
import { remove } from "./acts/say.ts";
import { suggest } from "./acts/shortcut.ts";
import { type Choice, chosen } from "./acts/values.ts";
import { elementsOf } from "./block-ids.ts";
import { addFile } from "./files.ts";
import type { Inside } from "./inside.ts";
import type { ActionSource, PageAct } from "./page-protocol.ts";
import { objsOf, textOf } from "./read.ts";
import type { Obj, StoredFile, ViewRecord } from "./records.ts";
import { directChannel } from "./web-api/direct.ts";

/** Where something is used: a message, the person's topmost modal, or their Home. */
export type Where = { readonly channel: string; readonly ts: string } | "modal" | "home";

/** What is typed into a modal: by action_id or block_id, a value or several. */
export type Fields = Readonly<Record<string, string | readonly string[]>>;

export interface Person {
  readonly id: string;
  readonly act: (act: DistributedAct) => Promise<ActOutcome>;
  /** Channels are ids, names with `#`, or `@countersign` for the direct message with the app. */
  readonly say: (
    channel: string,
    text: string,
    more?: { readonly threadTs?: string; readonly fileIds?: readonly string[] },
  ) => Promise<ActOutcome>;
  readonly command: (
    channel: string,
    command: string,
    text?: string,
    more?: { readonly threadTs?: string },
  ) => Promise<ActOutcome>;
  readonly edit: (channel: string, ts: string, text: string) => Promise<ActOutcome>;
  readonly remove: (channel: string, ts: string) => Promise<ActOutcome>;
  readonly react: (channel: string, ts: string, name: string) => Promise<ActOutcome>;
  readonly click: (
    where: Where,
    actionId: string,
    choice?: Choice & { readonly blockId?: string },
  ) => Promise<ActOutcome>;
  /** Submits the topmost modal with these fields filled in. */
  readonly submit: (fields?: Fields) => Promise<ActOutcome>;
  readonly closeModal: () => Promise<ActOutcome>;
  readonly shortcut: (callbackId: string) => Promise<ActOutcome>;
  readonly messageShortcut: (
    callbackId: string,
    message: { readonly channel: string; readonly ts: string },
  ) => Promise<ActOutcome>;
  readonly openHome: () => Promise<ActOutcome>;
  /** Uploads a file, to be named in `say`; share it at once by giving a channel. */
  readonly upload: (name: string, content: string | Buffer) => StoredFile;
  readonly suggest: (
    where: Where,
    actionId: string,
    query: string,
  ) => Promise<ActOutcome & { readonly options?: readonly Obj[] }>;
}

type Without<T> = T extends { readonly as: string } ? Omit<T, "as"> : never;
/** A PageAct without its `as`. */
export type DistributedAct = Without<PageAct>;

export function personOf(inside: Inside, id: string): Person {
  const channelId = (name: string) => {
    if (name === "@countersign") {
      const direct = directChannel(inside, id);
      return direct.kind === "found" ? direct.channel.id : name;
    }
    const named = [...inside.state.channels.values()].find((channel) => `#${channel.name}` === name);
    return named?.id ?? name;
  };
  const top = (): ViewRecord => {
    const view = inside.modals.stackOf(id).at(-1);
    if (view === undefined) throw new Error(`${id} has no modal open`);
    return view;
  };
  const source = (where: Where): ActionSource => {
    if (where === "home") return { kind: "home" };
    if (where === "modal") return { kind: "view", viewId: top().id, state: {} };
    return { kind: "message", channel: where.channel, ts: where.ts };
  };
  const act = (what: PageAct) => perform(inside, what);
  return {
    id,
    act: (what) => act({ ...what, as: id }),
    say: (channel, text, more = {}) => act({ kind: "say", as: id, channel: channelId(channel), text, ...more }),
    command: (channel, name, text = "", more = {}) =>
      command(inside, { as: id, channel: channelId(channel), text: `${name} ${text}`.trim(), ...more }),
    edit: (channel, ts, text) => act({ kind: "edit", as: id, channel: channelId(channel), ts, text }),
    remove: async (channel, ts) => remove(inside, { as: id, channel: channelId(channel), ts }),
    react: (channel, ts, name) => act({ kind: "react", as: id, channel: channelId(channel), ts, name }),
    click: (where, actionId, { blockId = "", ...choice } = {}) =>
      act({ kind: "block-action", as: id, from: source(where), blockId, actionId, ...choice }),
    submit: async (fields = {}) => {
      const view = top();
      const state = typed(view, fields);
      return act({ kind: "submit-view", as: id, viewId: view.id, state });
    },
    closeModal: async () => act({ kind: "close-view", as: id, viewId: top().id }),
    shortcut: (callbackId) => act({ kind: "shortcut", as: id, callbackId }),
    messageShortcut: (callbackId, message) => act({ kind: "shortcut", as: id, callbackId, message }),
    openHome: () => act({ kind: "open-home", as: id }),
    upload: (name, content) => addFile(inside, { name, title: name, user: id, content: Buffer.from(content) }),
    suggest: async (where, actionId, query) => {
      const from = source(where);
      const user = inside.state.users.get(id);
      const place = user === undefined ? undefined : placeOf(inside, user, from);
      const found = place?.kind === "place" ? findElement(place.blocks, "", actionId) : undefined;
      return suggest(inside, { as: id, from, blockId: textOf(found?.block.block_id), actionId, query });
    },
  };
}

/** Fields by action_id or block_id, as `state.values` wants them. */
function typed(view: ViewRecord, fields: Fields): Readonly<Record<string, Readonly<Record<string, Obj>>>> {
  const elements = elementsOf(objsOf(view.view.blocks));
  const state: Record<string, Record<string, Obj>> = {};
  for (const [name, given] of Object.entries(fields)) {
    const found = elements.find(({ block, element }) => element.action_id === name || block.block_id === name);
    if (found === undefined) {
      const there = elements.map(({ element }) => textOf(element.action_id)).join(", ");
      throw new Error(`the modal has no field ${name}; it has: ${there}`);
    }
    const choice = typeof given === "string" ? { value: given } : { values: given };
    const blockId = textOf(found.block.block_id);
    state[blockId] = {
      ...state[blockId],
      [textOf(found.element.action_id)]: { type: found.element.type, ...chosen(found.element, choice) },
    };
  }
  return state;
}
