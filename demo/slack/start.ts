// Puts the local Slack together and lets it listen on 127.0.0.1.
import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import { systemClock } from "./clock.ts";
import { makeCourier } from "./courier.ts";
import { allEvents } from "./events.ts";
import { makeFaults } from "./faults.ts";
import { makeUploads } from "./files.ts";
import { makeHttpLine } from "./http-line.ts";
import { makeHub } from "./hub.ts";
import type { AppSettings, Inside } from "./inside.ts";
import type { LocalSlack, LocalSlackOptions } from "./local-slack.ts";
import { makeLog } from "./log.ts";
import { makeModals } from "./modals.ts";
import { outside } from "./outside.ts";
import { keepSaved, loadSnapshot } from "./persist.ts";
import { makeRates, noRates } from "./rates.ts";
import { route } from "./router.ts";
import { defaultChannels, defaultCommands, defaultUsergroups, defaultUsers } from "./seed.ts";
import { makeSignIn } from "./sign-in/sign-in.ts";
import { makeSockets } from "./sockets.ts";
import { makeState } from "./state.ts";
import { makeTickets } from "./tickets.ts";
import { directChannel } from "./web-api/direct.ts";
import { allScopes } from "./web-api/scopes.ts";
import { newHash } from "./web-api/views.ts";

/** Listens when it resolves. Throws when the port is taken or the data file is none of ours. */
export async function startLocalSlack(options: LocalSlackOptions): Promise<LocalSlack> {
  const { dataFile, clock = systemClock, newSecret = randomUUID } = options;
  const hub = makeHub();
  const log = makeLog(clock, hub);
  const state = makeState({
    clock,
    hub,
    users: options.users ?? defaultUsers,
    channels: options.channels ?? defaultChannels,
    usergroups: options.usergroups ?? defaultUsergroups,
    saved: dataFile === undefined ? undefined : loadSnapshot(dataFile),
  });
  let app: AppSettings = {
    botToken: options.tokens?.bot ?? `xoxb-local-${newSecret()}`,
    appToken: options.tokens?.app ?? `xapp-1-local-${newSecret()}`,
    signingSecret: options.signingSecret ?? newSecret(),
    scopes: new Set(allScopes),
    installed: true,
    commands: options.commands ?? defaultCommands,
    shortcuts: options.shortcuts ?? [],
    events: new Set(allEvents),
    clientId: options.signIn?.clientId ?? "1234567890.1234567890123",
    clientSecret: options.signIn?.clientSecret ?? newSecret(),
    redirectUrls: options.signIn?.redirectUrls ?? [],
    requestUrl: options.http?.requestUrl,
  };
  const sockets = makeSockets({ clock, hub, log, newSecret });
  const http = makeHttpLine(clock, () => app);
  const line = () => (app.requestUrl === undefined ? sockets : http);
  const courier = makeCourier({ clock, log, line });
  let url = "";
  const inside: Inside = {
    clock,
    hub,
    state,
    log,
    faults: makeFaults(),
    rates: options.limits === "off" ? noRates : makeRates(clock),
    tickets: makeTickets(clock, newSecret),
    modals: makeModals({
      hub,
      newId: state.newId,
      newHash: () => newHash({ clock, newSecret }),
      newShortId: () => newSecret().slice(0, 5),
    }),
    sockets,
    courier,
    uploads: makeUploads(newSecret),
    signIn: makeSignIn(clock, newSecret),
    newSecret,
    socketBase: options.socketBase,
    app: () => app,
    url: () => url,
  };
  for (const user of state.users.values()) if (user.onPage && !user.deleted) directChannel(inside, user.id);
  const page = { greeting: options.greeting ?? [], completions: options.completions ?? [] };
  const server = createServer((request, response) => void route(inside, page, request, response));
  server.on("upgrade", sockets.upgrade);
  url = await listen(server, options.port);
  const stopSaving = dataFile === undefined ? () => {} : keepSaved(dataFile, hub, state.snapshot);
  return outside(inside, {
    line,
    http,
    change: (next) => {
      app = { ...app, ...next };
      hub.tell({ kind: "app", connected: line().connected() });
    },
    stop: async () => {
      courier.stop();
      await sockets.stop();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      stopSaving();
    },
  });
}

function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      const bound = typeof address === "object" && address !== null ? address.port : port;
      resolve(`http://127.0.0.1:${bound}`);
    });
  });
}
