// A post past the outbox, for the one thing that cannot wait for the store: that the store is away.
import type { Message } from "../../../core/message.ts";
import type { Reached } from "../connect.ts";
import { passMessage } from "../gate.ts";
import { sayArguments } from "../receive/answer.ts";
import { fit, messageRoom } from "../render/fit.ts";

/** Posts once; throws Slack's errors. Asked again after a lost answer it may post twice. Attachments are not sent. */
export async function postDirectly({ clients }: Reached, channelId: string, message: Message): Promise<void> {
  const fitted = fit(passMessage(message), messageRoom);
  await clients.lookup.call("chat.postMessage", { channel: channelId, ...sayArguments(fitted) });
}
