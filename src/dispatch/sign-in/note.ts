// A direct message to the person whose link changed.
import type { Message } from "../../core/message.ts";
import type { Tx } from "../../core/ports/store.ts";

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
