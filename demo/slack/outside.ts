// Makes the program's view of a running local Slack out of its inner parts.
import type { HttpLine } from "./http-line.ts";
import type { AppSettings, Inside } from "./inside.ts";
import type { Line } from "./line.ts";
import type { AppChange, LocalSlack } from "./local-slack.ts";
import { personOf } from "./persons.ts";
import type { Channel, Obj, ViewRecord } from "./records.ts";
import { BOT_USER, TEAM } from "./seed.ts";

const WAIT_MS = 30_000;

export interface Controls {
  readonly line: () => Line;
  readonly http: HttpLine;
  readonly change: (next: Partial<AppSettings>) => void;
  readonly stop: () => Promise<void>;
}

export function outside(inside: Inside, controls: Controls): LocalSlack {
  const { state, hub, modals, sockets, faults, log } = inside;
  const url = inside.url();
  const channel = (name: string): Channel | undefined =>
    state.channels.get(name) ?? [...state.channels.values()].find((each) => `#${each.name}` === name);
  const everyMessage = () => [...[...state.channels.keys()].flatMap(state.messages), ...state.ephemerals()];
  const any = () => true;
  const view = (record: ViewRecord | undefined, wanted: (view: Obj) => boolean) =>
    record !== undefined && wanted(record.view) ? record : undefined;

  return {
    url,
    apiUrl: `${url}/api/`,
    pageUrl: `${url}/`,
    botToken: inside.app().botToken,
    appToken: inside.app().appToken,
    signingSecret: inside.app().signingSecret,
    clientId: inside.app().clientId,
    clientSecret: inside.app().clientSecret,
    team: TEAM,
    botUser: BOT_USER,
    as: (user) => personOf(inside, user),
    messages: (name) => state.messages(channel(name)?.id ?? name),
    ephemerals: (user) => state.ephemerals().filter((message) => message.ephemeralTo === user),
    directMessages: (user) =>
      [...state.channels.values()]
        .filter((each) => each.kind === "im" && each.members.includes(user))
        .flatMap((each) => state.messages(each.id)),
    homeOf: (user) => state.homes.get(user),
    openModalOf: (user) => modals.stackOf(user).at(-1),
    modalsOf: modals.stackOf,
    channel,
    file: (id) => {
      const file = state.files.get(id);
      return file && { name: file.name, content: Buffer.from(file.contentBase64, "base64") };
    },
    calls: () => [...log.calls],
    violations: () => [...log.violations],
    connections: sockets.count,
    listen: hub.listen,
    waitForMessage: (wanted, ms = WAIT_MS) => hub.until(() => everyMessage().find(wanted), ms, "a message"),
    waitForModal: (user, wanted = any, ms = WAIT_MS) =>
      hub.until(() => view(modals.stackOf(user).at(-1), wanted), ms, `a modal for ${user}`),
    waitForHome: (user, wanted = any, ms = WAIT_MS) =>
      hub.until(() => view(state.homes.get(user), wanted), ms, `a Home for ${user}`),
    waitForConnections: (count, ms = WAIT_MS) =>
      hub.until(
        () => ((count === 0 ? sockets.count() === 0 : sockets.count() >= count) ? count : undefined),
        ms,
        `${count} socket connections`,
      ),
    waitUntil: (read, what, ms = WAIT_MS) => hub.until(read, ms, what),
    failNext: (method, fault, times = 1) => faults.failNext(method, fault, times),
    clearFaults: faults.clear,
    closeSockets: sockets.closeSockets,
    sendDisconnect: sockets.sendDisconnect,
    halfOpen: sockets.halfOpen,
    duplicateNextDelivery: inside.courier.duplicateNext,
    replay: () => controls.line().replay(),
    setApp: (change) => controls.change(settings(change)),
    setUser: (id, change) => {
      const user = state.users.get(id);
      if (user === undefined) throw new Error(`there is no person ${id}`);
      state.users.set(id, { ...user, ...change });
    },
    setUsergroup: (id, change) => {
      const group = state.usergroups.get(id);
      if (group === undefined) throw new Error(`there is no user group ${id}`);
      state.usergroups.set(id, { ...group, ...change });
    },
    setChannel: (name, change) => {
      const old = channel(name);
      if (old === undefined) throw new Error(`there is no channel ${name}`);
      state.putChannel({ ...old, ...change });
    },
    verifyRequestUrl: () => controls.http.verifyUrl(inside.newSecret()),
    stop: controls.stop,
  };
}

function settings(change: AppChange): Partial<AppSettings> {
  const { scopes, events, ...rest } = change;
  return {
    ...rest,
    ...(scopes !== undefined && { scopes: new Set(scopes) }),
    ...(events !== undefined && { events: new Set(events) }),
  };
}
