// A person types a slash command; the app's acknowledgement may carry the answer. Source: docs.slack.dev/interactivity/implementing-slash-commands.
import { composed } from "../compose.ts";
import { readContent } from "../content.ts";
import type { Inside } from "../inside.ts";
import { post } from "../messages.ts";
import type { Obj } from "../records.ts";
import { APP_ID, BOT_ID, BOT_USER, TEAM } from "../seed.ts";
import { type ActOutcome, done, errorName, problem, responseUrl, seenChannel, seenUser, shownName } from "./outcome.ts";

export interface CommandAct {
  readonly as: string;
  readonly channel: string;
  /** All that was typed, from the slash on. */
  readonly text: string;
  /** Set when it was typed in a thread, where Slack refuses commands. */
  readonly threadTs?: string;
}

export async function command(inside: Inside, act: CommandAct): Promise<ActOutcome> {
  const user = seenUser(inside, act.as);
  if (user.kind === "no") return user.outcome;
  const channel = seenChannel(inside, act.channel, user.value);
  if (channel.kind === "no") return channel.outcome;
  const typed = act.text.trim();
  const word = typed.split(/\s/, 1)[0] ?? "";
  const setting = inside.app().commands.find((each) => each.command === word);
  if (setting === undefined) {
    return problem(
      `${word} is not a valid command. In Slack, all messages that start with the "/" character are interpreted as commands.`,
    );
  }
  if (act.threadTs !== undefined) return problem(`${word} is not supported in threads. Sorry!`);
  const rest = typed.slice(word.length).trim();
  const payload = {
    token: "local-verification-token",
    team_id: TEAM.id,
    team_domain: TEAM.domain,
    channel_id: act.channel,
    channel_name: shownName(channel.value),
    user_id: act.as,
    user_name: user.value.name,
    command: word,
    text: setting.escape ? composed(inside, rest, "command") : rest,
    api_app_id: APP_ID,
    is_enterprise_install: "false",
    response_url: responseUrl(inside, act.as, act.channel),
    trigger_id: inside.tickets.newTrigger({ user: act.as, viewId: undefined }),
  };
  const answer = await inside.courier.ask({ kind: "slash_commands", payload, acceptsResponse: true });
  if (answer.kind !== "acked") return problem(`${word} failed with the error "${errorName(answer)}"`);
  return Object.keys(answer.body).length === 0 ? done : showAnswer(inside, act, answer.body);
}

function showAnswer(inside: Inside, act: CommandAct, body: Obj): ActOutcome {
  const content = readContent(body);
  if (content.kind === "bad") {
    inside.log.breach(content.error, `answer to ${act.text}: ${content.messages.join("; ")}`);
    return problem(`${act.text.split(" ", 1)[0]} failed with the error "${content.error}"`);
  }
  const shared = body.response_type === "in_channel";
  const message = post(inside, {
    channel: act.channel,
    user: BOT_USER,
    botId: BOT_ID,
    text: content.text,
    blocks: content.blocks,
    ...(content.attachments.length > 0 && { attachments: content.attachments }),
    ...(!shared && { ephemeralTo: act.as }),
  });
  return { ok: true, ts: message.ts };
}
