// Whether the bot's token has every scope that the code calls for.
import { botScopes } from "../../integrations/slack/scopes.ts";
import { type Check, fail, ok, warn } from "./finding.ts";

const what = "scopes";

export const checkScopes: Check = async ({ slack }) => {
  if (slack?.auth.ok !== true) return [];
  const { scopes } = slack.auth;
  if (scopes === null)
    return [
      warn(what, "Slack did not say which scopes the token has.", "Compare the app's scopes with manifest.json."),
    ];
  const missing = botScopes().filter((scope) => !scopes.includes(scope));
  if (missing.length === 0) return [ok(what, `The token has all ${botScopes().length} scopes that are needed.`)];
  return [
    fail(
      what,
      `The token lacks ${missing.join(", ")}.`,
      "Put manifest.json into your Slack app (App Manifest), then install the app to the workspace again.",
    ),
  ];
};
