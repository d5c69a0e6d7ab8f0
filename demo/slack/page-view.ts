// What one person sees on the page: the state to draw first, then each change as it happens.
import type { IncomingMessage, ServerResponse } from "node:http";
import { sendText } from "./http.ts";
import type { Change } from "./hub.ts";
import type { Inside } from "./inside.ts";
import type { PageTexts } from "./page.ts";
import { isHome, isModal, knownBlocks } from "./page-blocks.ts";
import type { PageChannel, PageEvent, PageFile, PageMessage, PageState, PageUser } from "./page-protocol.ts";
import type { Channel, Message, StoredFile, User, ViewRecord } from "./records.ts";
import { SLACKBOT, TEAM } from "./seed.ts";

export function pageUser(user: User): PageUser {
  const { id, name, realName, title, color, isBot } = user;
  return { id, name, realName, title, color, isBot };
}

export function pageFile(file: StoredFile): PageFile {
  const { id, name, title, size, mimetype } = file;
  return { id, name, title, size, mimetype, href: `/page/files/${id}` };
}

function pageChannel(inside: Inside, channel: Channel, me: string): PageChannel {
  const kind = channel.kind === "mpim" ? "private" : channel.kind;
  const other = channel.members.find((member) => member !== me);
  return {
    id: channel.id,
    name: kind === "im" ? (inside.state.users.get(other ?? "")?.name ?? "") : channel.name,
    kind,
    topic: channel.topic,
    ...(kind === "im" && other !== undefined && { withUser: other }),
    pins: channel.pins.map((pin) => pin.ts),
    bookmarks: channel.bookmarks.map(({ title, link }) => ({ title, link })),
  };
}

function pageMessage(inside: Inside, message: Message): PageMessage {
  const { channel, ts, threadTs, user, text, reactions } = message;
  return {
    channel,
    ts,
    ...(threadTs !== undefined && { threadTs }),
    user,
    text,
    // What people type is drawn from its text; the rich_text twin is only for the app.
    blocks: message.botId === undefined ? [] : knownBlocks(message.blocks),
    files: message.files.flatMap((id) => {
      const file = inside.state.files.get(id);
      return file === undefined ? [] : [pageFile(file)];
    }),
    reactions,
    edited: message.edited !== undefined,
    ephemeral: message.ephemeralTo !== undefined,
    replyCount: inside.state.replies(channel, ts).length,
  };
}

function homeView(record: ViewRecord | undefined): PageState["home"] {
  return record !== undefined && isHome(record.view) ? record.view : null;
}

function isConnected(inside: Inside): boolean {
  return inside.app().requestUrl !== undefined || inside.sockets.connected();
}

/** Undefined when nobody on the page has this id. */
export function pageState(inside: Inside, texts: PageTexts, as: string): PageState | undefined {
  const { state } = inside;
  const people = [...state.users.values()];
  const me = people.find((user) => user.onPage && (as === "" || user.id === as));
  if (me === undefined) return undefined;
  const mine = [...state.channels.values()].filter((channel) => channel.members.includes(me.id) && !channel.archived);
  const { commands, shortcuts } = inside.app();
  return {
    team: { id: TEAM.id, name: TEAM.name },
    me: pageUser(me),
    users: people.filter((user) => (user.onPage || user.isBot) && user.id !== SLACKBOT).map(pageUser),
    channels: mine.map((channel) => pageChannel(inside, channel, me.id)),
    messages: mine.flatMap((channel) => state.messages(channel.id)).map((message) => pageMessage(inside, message)),
    home: homeView(state.homes.get(me.id)),
    commands: commands.map(({ command, description, usageHint }) => ({ command, description, usageHint })),
    shortcuts,
    appConnected: isConnected(inside),
    ...texts,
  };
}

/** Undefined for changes that this person does not see. */
function eventFor(inside: Inside, change: Change, me: string): PageEvent | undefined {
  const member = (channel: string) => inside.state.channels.get(channel)?.members.includes(me) === true;
  const sees = (message: Message) =>
    message.ephemeralTo === undefined ? member(message.channel) : message.ephemeralTo === me;
  switch (change.kind) {
    case "message":
      return sees(change.message) ? { kind: "message", message: pageMessage(inside, change.message) } : undefined;
    case "deleted": {
      const { channel, ts } = change.message;
      return sees(change.message) ? { kind: "deleted", channel, ts } : undefined;
    }
    case "channel": {
      const channel = inside.state.channels.get(change.channel);
      return channel?.members.includes(me) ? { kind: "channel", channel: pageChannel(inside, channel, me) } : undefined;
    }
    case "home":
      return change.view.user === me && isHome(change.view.view) ? { kind: "home", view: change.view.view } : undefined;
    case "modal": {
      const { view, stack } = change;
      return view.user === me && isModal(view.view)
        ? { kind: "modal", viewId: view.id, view: view.view, stack }
        : undefined;
    }
    case "modal-closed":
      return change.user === me ? { kind: "modal-closed", viewId: change.viewId } : undefined;
    case "app":
      return { kind: "app", connected: isConnected(inside) };
    case "file":
    case "log":
      return undefined;
  }
}

const HEARTBEAT_MS = 15_000;

/** Server-sent events until the browser goes; a modal left open by a reload is shown again. */
export function streamTo(inside: Inside, as: string, request: IncomingMessage, response: ServerResponse): void {
  const user = inside.state.users.get(as);
  if (user === undefined || !user.onPage) {
    sendText(response, 404, `no person ${as}`);
    return;
  }
  response.writeHead(200, {
    "content-type": "text/event-stream",
    "cache-control": "no-store",
    connection: "keep-alive",
  });
  response.write(":\n\n");
  const send = (event: PageEvent) => response.write(`data: ${JSON.stringify(event)}\n\n`);
  const channels = [...inside.state.channels.values()];
  const joined = new Set(channels.filter((channel) => channel.members.includes(as)).map((channel) => channel.id));
  const stop = inside.hub.listen((change) => {
    const event = eventFor(inside, change, as);
    if (event === undefined) return;
    send(event);
    if (event.kind !== "channel" || joined.has(event.channel.id)) return;
    // Somebody invited into a channel sees what was said there before.
    joined.add(event.channel.id);
    for (const message of inside.state.messages(event.channel.id)) {
      send({ kind: "message", message: pageMessage(inside, message) });
    }
  });
  inside.modals.stackOf(as).forEach((record, index) => {
    if (isModal(record.view)) send({ kind: "modal", viewId: record.id, view: record.view, stack: index + 1 });
  });
  const beat = setInterval(() => response.write(":\n\n"), HEARTBEAT_MS).unref();
  request.on("close", () => {
    clearInterval(beat);
    stop();
  });
}
