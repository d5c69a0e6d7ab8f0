// All that the local workspace remembers, and the few ways to change it; each change is told to the hub.
import type { Clock } from "./clock.ts";
import type { Hub } from "./hub.ts";
import type { Channel, Message, StoredFile, User, Usergroup, ViewRecord } from "./records.ts";

/** What is kept between runs. */
export interface Snapshot {
  readonly version: 1;
  readonly counter: number;
  readonly lastTsMicros: number;
  readonly channels: readonly Channel[];
  readonly messages: readonly Message[];
  readonly files: readonly StoredFile[];
  readonly homes: readonly ViewRecord[];
}

export interface State {
  readonly users: Map<string, User>;
  readonly usergroups: Map<string, Usergroup>;
  readonly channels: Map<string, Channel>;
  readonly files: Map<string, StoredFile>;
  readonly homes: Map<string, ViewRecord>;
  /** A new id such as `C00000012`. */
  readonly newId: (prefix: string) => string;
  /** A new message timestamp, later than every earlier one. */
  readonly newTs: () => string;
  readonly messages: (channel: string) => readonly Message[];
  /** The answers in this message's thread, without the message itself. */
  readonly replies: (channel: string, ts: string) => readonly Message[];
  readonly ephemerals: () => readonly Message[];
  readonly message: (channel: string, ts: string) => Message | undefined;
  /** Adds or replaces by (channel, ts). */
  readonly putMessage: (message: Message) => void;
  readonly dropMessage: (message: Message) => void;
  readonly putChannel: (channel: Channel) => void;
  readonly putFile: (file: StoredFile) => void;
  readonly dropFile: (id: string) => void;
  readonly putHome: (view: ViewRecord) => void;
  readonly snapshot: () => Snapshot;
}

export interface StateSeed {
  readonly clock: Clock;
  readonly hub: Hub;
  readonly users: readonly User[];
  readonly channels: readonly Channel[];
  readonly usergroups: readonly Usergroup[];
  readonly saved: Snapshot | undefined;
}

export function makeState(seed: StateSeed): State {
  const { hub, saved } = seed;
  let counter = saved?.counter ?? 0;
  let lastTsMicros = saved?.lastTsMicros ?? 0;
  const users = new Map(seed.users.map((user) => [user.id, user]));
  const usergroups = new Map(seed.usergroups.map((group) => [group.id, group]));
  const channels = new Map([...seed.channels, ...(saved?.channels ?? [])].map((channel) => [channel.id, channel]));
  const files = new Map((saved?.files ?? []).map((file) => [file.id, file]));
  const homes = new Map((saved?.homes ?? []).map((home) => [home.user, home]));
  const byChannel = new Map<string, Map<string, Message>>();
  const ephemerals = new Map<string, Message>();
  const threads = new Map<string, Map<string, Message>>();
  for (const message of saved?.messages ?? []) keep(message);

  function inChannel(channel: string): Map<string, Message> {
    const known = byChannel.get(channel);
    if (known !== undefined) return known;
    const fresh = new Map<string, Message>();
    byChannel.set(channel, fresh);
    return fresh;
  }
  function key(channel: string, ts: string): string {
    return `${channel}/${ts}`;
  }
  function keep(message: Message): void {
    const { channel, ts, threadTs } = message;
    inChannel(channel).set(ts, message);
    if (threadTs === undefined || threadTs === ts) return;
    const thread = threads.get(key(channel, threadTs)) ?? new Map<string, Message>();
    threads.set(key(channel, threadTs), thread.set(ts, message));
  }

  return {
    users,
    usergroups,
    channels,
    files,
    homes,
    newId: (prefix) => {
      counter += 1;
      return `${prefix}${counter.toString(36).toUpperCase().padStart(8, "0")}`;
    },
    newTs: () => {
      lastTsMicros = Math.max(seed.clock.now() * 1000, lastTsMicros + 1);
      return `${Math.floor(lastTsMicros / 1e6)}.${String(lastTsMicros % 1e6).padStart(6, "0")}`;
    },
    messages: (channel) => [...inChannel(channel).values()],
    replies: (channel, ts) => [...(threads.get(key(channel, ts))?.values() ?? [])],
    ephemerals: () => [...ephemerals.values()],
    message: (channel, ts) => inChannel(channel).get(ts) ?? ephemerals.get(key(channel, ts)),
    putMessage: (message) => {
      if (message.ephemeralTo === undefined) keep(message);
      else ephemerals.set(key(message.channel, message.ts), message);
      hub.tell({ kind: "message", message });
    },
    dropMessage: (message) => {
      inChannel(message.channel).delete(message.ts);
      ephemerals.delete(key(message.channel, message.ts));
      threads.get(key(message.channel, message.threadTs ?? ""))?.delete(message.ts);
      hub.tell({ kind: "deleted", message });
    },
    putChannel: (channel) => {
      channels.set(channel.id, channel);
      hub.tell({ kind: "channel", channel: channel.id });
    },
    putFile: (file) => {
      files.set(file.id, file);
      hub.tell({ kind: "file" });
    },
    dropFile: (id) => {
      files.delete(id);
      hub.tell({ kind: "file" });
    },
    putHome: (view) => {
      homes.set(view.user, view);
      hub.tell({ kind: "home", view });
    },
    snapshot: () => ({
      version: 1,
      counter,
      lastTsMicros,
      channels: [...channels.values()],
      messages: [...byChannel.values()].flatMap((messages) => [...messages.values()]),
      files: [...files.values()],
      homes: [...homes.values()],
    }),
  };
}
