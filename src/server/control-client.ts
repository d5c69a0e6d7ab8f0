// The other end of the bot's Unix socket: what the command line asks of a running bot.
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { type ControlStatus, controlPath, fitsSocket, type Proving, type Prunable } from "./control.ts";

export interface RunningBot {
  readonly status: ControlStatus;
  /** The log as JSON Lines, in pieces as they come; throws when the bot ends before the log does. */
  auditLog(): AsyncIterable<Uint8Array>;
  /** The newest checkpoint, signed now if there is something new; null while nothing can be signed. */
  proving(): Promise<Proving | null>;
  /** What the next pruning would take; nothing is changed by asking. */
  prunable(): Promise<Prunable>;
}

/** A bot that does not answer a question within this is taken for stuck. */
const deadlineMs = 10_000;

/** The bot that runs on this data directory, or null when none does. Throws when it may not be asked or does not answer. */
export async function findBot(dataDirectory: string): Promise<RunningBot | null> {
  const path = controlPath(dataDirectory);
  if (!fitsSocket(path)) return null;
  let status: ControlStatus;
  try {
    status = (await ask(path, "/status")) as ControlStatus;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ECONNREFUSED") return null;
    if (code === "EACCES")
      throw new Error(`The bot's socket ${path} belongs to another user: run this as the bot's user.`, {
        cause: error,
      });
    throw error;
  }
  return {
    status,
    auditLog: () => auditLog(path),
    proving: async () => (await ask(path, "/audit/proving")) as Proving | null,
    prunable: async () => (await ask(path, "/audit/prunable")) as Prunable,
  };
}

async function ask(path: string, url: string): Promise<unknown> {
  const response = await open(path, url);
  const body = await text(response);
  if (response.statusCode !== 200) throw new Error(`the running bot answered ${url} with ${response.statusCode ?? 0}`);
  return JSON.parse(body);
}

async function* auditLog(path: string): AsyncGenerator<Uint8Array> {
  const response = await open(path, "/audit/lines");
  if (response.statusCode !== 200) throw new Error("the running bot could not read its log");
  try {
    for await (const chunk of response) yield chunk as Uint8Array;
  } catch (error) {
    throw new Error("the running bot ended in the middle of its log: try again", { cause: error });
  }
}

function open(path: string, url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath: path, path: url, method: "GET", agent: false }, (response) => {
      asked.setTimeout(0);
      resolve(response);
    });
    asked.setTimeout(deadlineMs, () =>
      asked.destroy(new Error(`the running bot did not answer within ${deadlineMs / 1000} s`)),
    );
    asked.once("error", reject);
    asked.end();
  });
}
