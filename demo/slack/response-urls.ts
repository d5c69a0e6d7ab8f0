// response_url: five answers in thirty minutes, for one person's eyes unless they say otherwise. Source: docs.slack.dev/interactivity/handling-user-interaction.
import type { IncomingMessage, ServerResponse } from "node:http";
import { readContent } from "./content.ts";
import { spoil, strike } from "./fault-effects.ts";
import { readBody, sendJson } from "./http.ts";
import type { Inside } from "./inside.ts";
import { edit, post, remove } from "./messages.ts";
import { objOf, parseJson, textOf } from "./read.ts";
import type { Obj } from "./records.ts";
import { BOT_ID, BOT_USER } from "./seed.ts";
import type { ResponseTarget } from "./tickets.ts";
import { truthy } from "./web-api/method.ts";

/** Answers `POST /actions/TEAM/KEY`. */
export async function serveResponseUrl(
  inside: Inside,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const key = (request.url ?? "").split("/").at(-1) ?? "";
  const args = objOf(parseJson((await readBody(request)).toString()));
  const exchange = { request, response };
  const fault = inside.faults.take("response_url");
  if (strike(fault, exchange).kind === "struck") return;
  const reply = answer(inside, key, args);
  const status = reply.ok === true ? 200 : 404;
  inside.log.call({ method: "response_url", token: "", args, status, reply });
  if (reply.ok !== true) inside.log.breach(textOf(reply.error), `response_url ${JSON.stringify(args).slice(0, 200)}`);
  if (spoil(fault, exchange, JSON.stringify(reply))) return;
  sendJson(response, status, reply);
}

function answer(inside: Inside, key: string, args: Obj): Obj {
  const used = inside.tickets.useResponse(key);
  switch (used.kind) {
    case "given":
      return apply(inside, used.value, args);
    case "used":
      return { ok: false, error: "used_url" };
    case "expired":
      return { ok: false, error: "expired_url" };
    case "unknown":
      return { ok: false, error: "invalid_url" };
  }
}

function apply(inside: Inside, target: ResponseTarget, args: Obj): Obj {
  const original =
    target.original === undefined ? undefined : inside.state.message(target.original.channel, target.original.ts);
  const ours = original !== undefined && original.user === BOT_USER ? original : undefined;
  if (truthy(args.delete_original)) {
    if (ours === undefined) return { ok: false, error: "no_original" };
    remove(inside, ours);
    return { ok: true };
  }
  const content = readContent(args);
  if (content.kind === "bad") return { ok: false, error: content.error, errors: content.messages };
  const { text, blocks, attachments } = content;
  if (truthy(args.replace_original) && ours !== undefined) {
    edit(inside, ours, { text, blocks, ...(attachments.length > 0 && { attachments }) }, BOT_USER);
    return { ok: true };
  }
  const threadTs = textOf(args.thread_ts);
  post(inside, {
    channel: target.channel,
    user: BOT_USER,
    botId: BOT_ID,
    text,
    blocks,
    ...(attachments.length > 0 && { attachments }),
    ...(threadTs !== "" && { threadTs }),
    ...(args.response_type !== "in_channel" && { ephemeralTo: target.user }),
  });
  return { ok: true };
}
