// The bot's connection to Slack: Socket Mode or HTTP, one way in for every payload, and a clean end.
import { Server } from "node:http";
import { App, type Receiver } from "@slack/bolt";
import type { Json } from "../../core/json.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Log } from "../../core/ports/log.ts";
import type { Surface } from "../../core/ports/surface.ts";
import { type Clients, makeClients } from "./clients.ts";
import { acknowledgedWithinMs, closeServer } from "./close-server.ts";
import { directChannels } from "./direct-channels.ts";
import { type Home, whereAmI } from "./home.ts";
import { type Beside, httpReceiver, serverLimits } from "./http-receiver.ts";
import { slackLogger } from "./logger.ts";
import { makeOwnPosts, type OwnPosts } from "./own-posts.ts";
import { makePeopleFirst, type PeopleFirst } from "./people-first.ts";
import { handle } from "./receive/handle.ts";
import type { Ack, Talk } from "./receive/talk.ts";
import { respondTo } from "./respond.ts";
import { makeSeen, type Seen } from "./seen.ts";
import { socketReceiver } from "./socket-receiver.ts";
import { within } from "./within.ts";
import { makeWorks } from "./works.ts";

export interface SlackSettings {
  readonly botToken: string;
  /** Set: Socket Mode. */
  readonly appToken?: string;
  /** Set, and no app token: HTTP mode. */
  readonly signingSecret?: string;
  /** Slack's own when left out; for tests and the demo. */
  readonly apiUrl?: string;
  /** HTTP mode listens here; 0 takes a free port. */
  readonly port: number;
  readonly host: string;
  /** The slash command, with or without its slash. */
  readonly command: string;
  readonly maxFileBytes: number;
}

/** Slack, reached: the token is good, and it is known who and where the bot is. */
export interface Reached {
  readonly mode: Connection["mode"];
  readonly settings: SlackSettings;
  readonly clients: Clients;
  readonly home: Home;
  readonly ownPosts: OwnPosts;
  readonly peopleFirst: PeopleFirst;
  /** The channel of direct messages with a person. Throws Slack's errors. */
  readonly directChannel: (userId: string) => Promise<string>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Main ends the process with this when the connection ended for good, so that a supervisor starts it again. */
export const slackExitCode = 76;

export interface Connection {
  readonly mode: "socket" | "http";
  /** Where HTTP mode listens; null in Socket Mode. */
  readonly port: number | null;
  /** When each socket opened that is open now; HTTP mode has none. */
  sockets(): readonly number[];
  /** How many sockets the app has, of all processes, as Slack said when the newest of these was opened; null where none is. */
  appSockets(): number | null;
  /** Resolves when the connection ended by itself, with Slack's reason; never after `stop`. */
  readonly ended: Promise<string>;
  /**
   * Takes nothing more in, and resolves when everybody whose command or vote was acknowledged has an answer: the real one within
   * ten seconds, else that the bot was stopped before it was there. Safe to call twice.
   */
  stop(): Promise<void>;
}

/** Throws Slack's error when the token is refused, and when neither kind of secret is set. */
export async function reachSlack(
  settings: SlackSettings,
  ports: { readonly clock: Clock; readonly log: Log },
): Promise<Reached> {
  if ((settings.appToken ?? "") === "" && (settings.signingSecret ?? "") === "") {
    throw new Error(
      "neither SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET (HTTP mode) is set: set one of them",
    );
  }
  const clients = makeClients({ ...settings, log: ports.log });
  const home = await whereAmI(clients.lookup);
  return {
    settings,
    mode: (settings.appToken ?? "") === "" ? "http" : "socket",
    clients,
    home,
    ownPosts: makeOwnPosts(5_000),
    peopleFirst: makePeopleFirst(ports.clock),
    directChannel: directChannels(clients.lookup),
    ...ports,
  };
}

/** `beside` answers other paths than Slack's own in HTTP mode; Socket Mode listens nowhere. */
export async function connectSlack(
  reached: Reached,
  surface: Surface,
  beside: Beside = () => false,
  acknowledged: (ms: number) => void = () => undefined,
): Promise<Connection> {
  const { settings, mode, clock, log } = reached;
  const ended = Promise.withResolvers<string>();
  const works = makeWorks(500, clock, log);
  const leaving = new AbortController();
  const desk = {
    talk: { ...makeTalk(reached, surface), leaving: leaving.signal },
    seen: makeSeen(deliveriesInMind, 3_600_000),
    works,
  };
  let sockets: readonly number[] = [];
  let appSockets: number | null = null;
  const heard = (openedAt: readonly number[], ofApp: number | null): void => {
    sockets = openedAt;
    appSockets = ofApp;
  };
  const receiver = mode === "socket" ? socketFor(reached, ended.resolve, heard) : httpFor(reached, beside);
  const app = new App({
    receiver,
    // Who the bot is was asked once; a token here would make Bolt ask and keep clients of its own.
    authorize: async () => ({ botId: reached.home.botId, botUserId: reached.home.botUserId }),
    ignoreSelf: false,
    convoStore: false,
    logger: slackLogger(log),
  });
  const taking = new Set<Promise<void>>();
  takeEverything(app, {
    handle: (body, ack) => {
      const one = handle(desk, body, ack).finally(() => taking.delete(one));
      taking.add(one);
      return one;
    },
    replays: makeSeen(200_000, 605_000),
    clock,
    log,
    acknowledged,
  });
  const server: unknown = await app.start({ port: settings.port, host: settings.host }, serverLimits);
  let stopped: Promise<void> | null = null;
  return {
    mode,
    port: portOf(server),
    sockets: () => sockets,
    appSockets: () => appSockets,
    ended: ended.promise,
    stop: () => {
      stopped ??= (async () => {
        // What came by a socket is acknowledged by it.
        if (mode === "socket") await within(clock, acknowledgedWithinMs, Promise.allSettled(taking), () => undefined);
        const stopped = Promise.resolve(app.stop()).catch(() => undefined);
        await (server instanceof Server ? closeServer(server, clock) : within(clock, 500, stopped, () => undefined));
        await works.settled(answersWithinMs);
        leaving.abort();
        await works.settled(lastWordsMs);
      })();
      return stopped;
    },
  };
}

/** Just under half of a power of two: a Map takes twice the room once more than half of what it has room for is alive. */
const deliveriesInMind = 16_000;

/** So long a command that was acknowledged may still take, once the bot is told to stop. */
const answersWithinMs = 10_000;
/** Time to tell those whose command took longer. */
const lastWordsMs = 3_000;

interface WayIn {
  readonly handle: (body: Json, ack: Ack) => Promise<void>;
  readonly replays: Seen;
  readonly clock: Clock;
  readonly log: Log;
  readonly acknowledged: (ms: number) => void;
}

/** One listener for all: whatever Slack sends is acknowledged, known or not. */
function takeEverything(app: App, way: WayIn): void {
  app.use(async (args) => {
    const from = performance.now();
    const give: unknown = "ack" in args ? args.ack : null;
    const ack: Ack = async (response) => {
      if (typeof give === "function") await (give as (response?: unknown) => Promise<void>)(response);
      way.acknowledged(performance.now() - from);
    };
    const { slackSignature: signature, slackFreshUntil } = args.context as { [key: string]: unknown };
    const until = typeof slackFreshUntil === "number" ? slackFreshUntil : undefined;
    if (typeof signature === "string" && !way.replays.first(signature, way.clock.now(), until)) {
      way.log.warn("a request that was already taken came again");
      return ack();
    }
    await way.handle(args.body as unknown as Json, ack);
  });
  app.error(async (error) => {
    way.log.error("a payload of Slack could not be handled", { error });
  });
}

function socketFor(
  reached: Reached,
  onEnd: (code: string) => void,
  onSockets: (openedAt: readonly number[], ofApp: number | null) => void,
): Receiver {
  const { settings, clock, log } = reached;
  const url = settings.apiUrl === undefined ? {} : { apiUrl: settings.apiUrl };
  return socketReceiver({ appToken: settings.appToken ?? "", ...url, clock, log, onEnd, onSockets });
}

function httpFor(reached: Reached, beside: Beside): Receiver {
  const { settings, clock, log } = reached;
  return httpReceiver({ signingSecret: settings.signingSecret ?? "", clock, log, beside });
}

function makeTalk(reached: Reached, surface: Surface): Omit<Talk, "leaving"> {
  const { settings, clients, home, clock, log, ownPosts, peopleFirst } = reached;
  const hosts = new Set(["files.slack.com"]);
  if (settings.apiUrl !== undefined) hosts.add(new URL(settings.apiUrl).host);
  return {
    surface,
    clients,
    home,
    clock,
    log,
    ownPosts,
    peopleFirst,
    command: settings.command.replace(/^\//, ""),
    files: {
      api: clients.lookup,
      botToken: settings.botToken,
      hosts,
      allowHttp: settings.apiUrl?.startsWith("http:") ?? false,
      maxBytes: settings.maxFileBytes,
    },
    directChannel: reached.directChannel,
    respond: (url, body) => respondTo(url, body, log),
  };
}

function portOf(server: unknown): number | null {
  if (typeof server !== "object" || server === null || !("address" in server) || typeof server.address !== "function")
    return null;
  const address: unknown = server.address();
  if (typeof address !== "object" || address === null || !("port" in address)) return null;
  return typeof address.port === "number" ? address.port : null;
}
