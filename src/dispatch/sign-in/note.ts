// A direct message to the person whose link changed, or was used.
import type { Message } from "../../core/message.ts";
import type { Tx } from "../../core/ports/store.ts";
import type { LinkDeps } from "./deps.ts";

export function tell(
  tx: Tx,
  of: { readonly key: string; readonly channelId: string; readonly message: Message },
): Promise<void> {
  return tx.outbox.put({
    key: of.key,
    living: false,
    to: { channelId: of.channelId, thread: null },
    message: of.message,
    request: null,
    lane: "answer",
  });
}

export async function directChannelOf(
  { directChannel: open, log }: Pick<LinkDeps, "directChannel" | "log">,
  userId: string,
): Promise<string> {
  try {
    return await open(userId);
  } catch (error) {
    // Slack takes a user's id in the place of the channel's (docs.slack.dev/reference/methods/chat.postMessage, "Channels").
    log.warn("a direct message channel could not be opened", { error: error instanceof Error ? error : undefined });
    return userId;
  }
}
