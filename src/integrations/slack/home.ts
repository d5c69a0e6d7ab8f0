// Where the bot is at home: its workspace and its own account, asked once at the start.
import { textAt } from "../../core/json.ts";
import type { Api } from "./clients.ts";

export interface Home {
  readonly teamId: string;
  readonly enterpriseId: string | null;
  readonly botUserId: string;
  readonly botId: string;
  readonly teamName: string;
  /** Where the workspace is in a browser, ending in a slash. */
  readonly url?: string;
}

/** Throws Slack's error when the token is not good. */
export async function whereAmI(api: Api): Promise<Home> {
  const answer = await api.call("auth.test", {});
  const enterprise = textAt(answer, "enterprise_id");
  return {
    teamId: textAt(answer, "team_id"),
    enterpriseId: enterprise === "" ? null : enterprise,
    botUserId: textAt(answer, "user_id"),
    botId: textAt(answer, "bot_id"),
    teamName: textAt(answer, "team"),
    url: textAt(answer, "url"),
  };
}

/** A message's address, as chat.getPermalink gives it (docs.slack.dev/reference/methods/chat.getPermalink); null without a ts. */
export function permalink(
  { url = "" }: Pick<Home, "url">,
  { channelId, ts }: { readonly channelId: string; readonly ts: string | null },
): string | null {
  if (ts === null || !URL.canParse(url)) return null;
  return new URL(`archives/${channelId}/p${ts.replace(".", "")}`, url).href;
}
