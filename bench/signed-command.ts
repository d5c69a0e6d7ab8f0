// A slash command as Slack signs and sends it; each one is a delivery of its own.
import { randomBytes } from "node:crypto";
import { signatureOf } from "../demo/slack/http-line.ts";
import type { WorldFacts } from "./parts/world.ts";

export interface SignedCommand {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The `index` chooses who asks; the trigger is new each time, so that no request is a repetition. */
export function signedCommand(world: WorldFacts, text: string, index: number): SignedCommand {
  const userId = world.users[index % world.users.length] ?? "";
  const fields = {
    token: "bench-verification-token",
    team_id: "T0LOCAL01",
    team_domain: "acme-robotics",
    channel_id: world.channelId,
    channel_name: "payments",
    user_id: userId,
    user_name: userId.toLowerCase(),
    command: "/ops",
    text,
    api_app_id: "A0CSIGN01",
    is_enterprise_install: "false",
    response_url: `${world.apiUrl}bench-response/${index}`,
    trigger_id: `${index}.${randomBytes(8).toString("hex")}`,
  };
  const body = new URLSearchParams(fields).toString();
  const timestamp = String(Math.floor(Date.now() / 1000));
  return {
    body,
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
      "x-slack-request-timestamp": timestamp,
      "x-slack-signature": signatureOf(world.signingSecret, timestamp, body),
    },
  };
}
