// Talks to a local Slack without any Slack library: raw calls to the Web API, and a bare WebSocket peer.
import { WebSocket } from "ws";
import type { LocalSlack } from "../../../demo/slack/local-slack.ts";
import { isObj, objOf, parseJson, textOf } from "../../../demo/slack/read.ts";
import type { Obj } from "../../../demo/slack/records.ts";

/** Calls a method with the bot token and gives Slack's answer. */
export async function call(slack: LocalSlack, method: string, args: Obj = {}, token = slack.botToken): Promise<Obj> {
  const response = await send(slack, method, args, token);
  const body: unknown = await response.json();
  return objOf(body);
}

/** As `call`, but the HTTP response itself. */
export function send(slack: LocalSlack, method: string, args: Obj = {}, token = slack.botToken): Promise<Response> {
  return fetch(`${slack.apiUrl}${method}`, {
    method: "POST",
    headers: {
      "content-type": "application/json; charset=utf-8",
      ...(token !== "" && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(args),
  });
}

export interface Peer {
  readonly frames: readonly Obj[];
  /** The frame that fits, now or later. */
  readonly frame: (fits: (frame: Obj) => boolean) => Promise<Obj>;
  readonly ack: (frame: Obj, payload?: Obj) => void;
  readonly close: () => Promise<void>;
}

export async function socketUrl(slack: LocalSlack): Promise<string> {
  return textOf((await call(slack, "apps.connections.open", {}, slack.appToken)).url);
}

/** Connects by Socket Mode and acknowledges only what it is told to. */
export async function connectPeer(slack: LocalSlack, url?: string): Promise<Peer> {
  const socket = new WebSocket(url ?? (await socketUrl(slack)));
  const frames: Obj[] = [];
  const waiting = new Set<() => void>();
  socket.on("message", (data) => {
    const frame = parseJson(String(data));
    if (isObj(frame)) frames.push(frame);
    for (const look of [...waiting]) look();
  });
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  await new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  return {
    frames,
    frame: (fits) =>
      new Promise((resolve) => {
        const look = () => {
          const found = frames.find(fits);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    ack: (frame, payload) =>
      socket.send(JSON.stringify({ envelope_id: frame.envelope_id, ...(payload !== undefined && { payload }) })),
    close: () => {
      socket.close();
      return closed;
    },
  };
}
