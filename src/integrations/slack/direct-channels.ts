// The direct message channel with each person: asked once, remembered.
import { textAt } from "../../core/json.ts";
import type { Api } from "./clients.ts";

export function directChannels(api: Api): (userId: string) => Promise<string> {
  const known = new Map<string, string>();
  return async (userId) => {
    const found = known.get(userId);
    if (found !== undefined) return found;
    const opened = await api.call("conversations.open", { users: userId });
    const channelId = textAt(opened, "channel", "id");
    if (known.size >= 10_000) known.clear();
    if (channelId !== "") known.set(userId, channelId);
    return channelId;
  };
}
