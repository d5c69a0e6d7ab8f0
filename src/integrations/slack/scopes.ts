// Every Web API method that the bot calls and the scopes it costs: the manifest's list of scopes is held to this table.

/** Source: docs.slack.dev/reference/methods, one page per method. */
export const methods = {
  "apps.connections.open": [],
  "auth.test": [],
  "chat.postEphemeral": ["chat:write"],
  "chat.postMessage": ["chat:write"],
  "chat.update": ["chat:write"],
  "conversations.history": ["channels:history", "groups:history", "im:history", "mpim:history"],
  "conversations.info": ["channels:read", "groups:read", "im:read", "mpim:read"],
  "conversations.join": ["channels:join"],
  "conversations.list": ["channels:read", "groups:read"],
  "conversations.open": ["im:write"],
  "conversations.replies": ["channels:history", "groups:history", "im:history", "mpim:history"],
  "files.completeUploadExternal": ["files:write"],
  "files.getUploadURLExternal": ["files:write"],
  "files.info": ["files:read"],
  "usergroups.list": ["usergroups:read"],
  "usergroups.users.list": ["usergroups:read"],
  "users.info": ["users:read"],
  "views.open": [],
  "views.publish": [],
  "views.update": [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Method = keyof typeof methods;

/** Events that the bot listens to and the scopes that Slack asks for them: docs.slack.dev/reference/events */
export const events = {
  app_home_opened: [],
  app_mention: ["app_mentions:read"],
  "message.channels": ["channels:history"],
  "message.groups": ["groups:history"],
  "message.im": ["im:history"],
  "message.mpim": ["mpim:history"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Slash commands and shortcuts need `commands`; reading `url_private` of a file needs `files:read`. */
const otherScopes = ["commands", "files:read"] as const;

/** The bot's scopes, sorted: no more than what is called. */
export function botScopes(): readonly string[] {
  const all = [...Object.values(methods).flat(), ...Object.values(events).flat(), ...otherScopes];
  return [...new Set<string>(all)].sort();
}
