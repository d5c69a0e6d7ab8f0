// How one Web API method is written down: its tier, its scopes, and what it does.
import type { Inside } from "../inside.ts";
import type { Tier } from "../rates.ts";
import { textOf } from "../read.ts";
import type { Channel, Obj } from "../records.ts";
import { BOT_USER } from "../seed.ts";

export interface Method {
  readonly tier: Tier;
  readonly token: "bot" | "app" | "none";
  /** Any one of these lets the call in; finer checks by kind of channel happen in `run`. */
  readonly scopes: readonly string[];
  readonly run: (inside: Inside, args: Obj) => Obj;
}

export type Methods = Readonly<Record<string, Method>>;

export const ok = (fields: Obj = {}): Obj => ({ ok: true, ...fields });

/** A refusal as Slack words it: status 200, `ok: false` and the code. */
export const no = (error: string, fields: Obj = {}): Obj => ({ ok: false, error, ...fields });

/** Errors with explanations, as for `invalid_blocks` and `invalid_arguments`. */
export function noBecause(error: string, messages: readonly string[]): Obj {
  if (messages.length === 0) return no(error);
  const errors = error === "invalid_blocks" ? { errors: messages } : {};
  return no(error, { ...errors, response_metadata: { messages: messages.map((message) => `[ERROR] ${message}`) } });
}

/** Undefined when the app has the scope. */
export function lacking(inside: Inside, scope: string): Obj | undefined {
  const { scopes } = inside.app();
  if (scopes.has(scope)) return undefined;
  return no("missing_scope", { needed: scope, provided: [...scopes].join(",") });
}

const families = { public: "channels", private: "groups", im: "im", mpim: "mpim" } as const;

/** Source: the scopes tables of docs.slack.dev/reference/methods/conversations.*. */
export function channelScope(channel: Channel, verb: "read" | "history" | "write"): string {
  if (verb === "write" && channel.kind === "public") return "channels:manage";
  return `${families[channel.kind]}:${verb}`;
}

export const anyScope = (verb: "read" | "history"): readonly string[] =>
  Object.values(families).map((family) => `${family}:${verb}`);

export const writeScopes: readonly string[] = ["channels:manage", "groups:write", "im:write", "mpim:write"];

export type Sought =
  | { readonly kind: "found"; readonly channel: Channel }
  | { readonly kind: "no"; readonly reply: Obj };

const notFound: Sought = { kind: "no", reply: no("channel_not_found") };

/** The conversation if the app can see it at all: private ones only as a member. */
export function seek(inside: Inside, args: Obj): Sought {
  const channel = inside.state.channels.get(textOf(args.channel));
  if (channel === undefined) return notFound;
  if (channel.kind !== "public" && !channel.members.includes(BOT_USER)) return notFound;
  return { kind: "found", channel };
}

/** As `seek`, with the scope that this kind of conversation needs. */
export function seekFor(inside: Inside, args: Obj, verb: "read" | "history" | "write"): Sought {
  const sought = seek(inside, args);
  if (sought.kind === "no") return sought;
  const refusal = lacking(inside, channelScope(sought.channel, verb));
  return refusal === undefined ? sought : { kind: "no", reply: refusal };
}

/** As `seekFor`, and the app must be in it and it must not be archived. */
export function seekOwn(inside: Inside, args: Obj, verb: "read" | "history" | "write"): Sought {
  const sought = seekFor(inside, args, verb);
  if (sought.kind === "no") return sought;
  if (!sought.channel.members.includes(BOT_USER)) return { kind: "no", reply: no("not_in_channel") };
  if (sought.channel.archived) return { kind: "no", reply: no("is_archived") };
  return sought;
}

export function truthy(value: unknown): boolean {
  return value === true || value === "true" || value === "1" || value === 1;
}

export function numberOf(value: unknown, otherwise: number): number {
  const number = typeof value === "number" ? value : Number.parseInt(textOf(value), 10);
  return Number.isFinite(number) ? number : otherwise;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string;
}

/** Cuts a list by `limit` and `cursor`; undefined for a cursor that Slack never gave. */
export function pageOf<T>(
  all: readonly T[],
  args: Obj,
  limits: { readonly usual: number; readonly most: number },
): Page<T> | undefined {
  const cursor = textOf(args.cursor);
  const start =
    cursor === ""
      ? 0
      : Number.parseInt(
          Buffer.from(cursor, "base64")
            .toString()
            .replace(/^next:/, ""),
          10,
        );
  if (!Number.isInteger(start)) return undefined;
  const limit = Math.min(Math.max(1, numberOf(args.limit, limits.usual)), limits.most);
  const end = start + limit;
  const nextCursor = end < all.length ? Buffer.from(`next:${end}`).toString("base64") : "";
  return { items: all.slice(start, end), nextCursor };
}
