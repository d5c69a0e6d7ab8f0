// News of a grant on their way: to its holder directly, and its end into the story of its request.
import type { Grant } from "../../core/access.ts";
import { message } from "../../core/message.ts";
import type { Tx } from "../../core/ports/store.ts";
import { endedText, type GrantNews, grantNews } from "../render/grant.ts";

export async function putGrantNews(tx: Tx, grant: Grant, news: GrantNews, leftMs = 0): Promise<void> {
  const times = news === "ends-soon" ? `:${grant.endsAt}:${leftMs}` : "";
  await tx.outbox.put({
    key: `grant:${grant.id}:${news}:${grant.revision}${times}`,
    living: false,
    // chat.postMessage takes a person's id for the direct messages with them.
    to: { channelId: grant.beneficiary.userId, thread: null },
    message: grantNews(grant, news, leftMs),
    request: grant.id,
    lane: "answer",
  });
  if (news !== "ended") return;
  const says = `${grant.role} of ${grant.beneficiary.name} in ${grant.where} has ended: ${endedText(grant)}`;
  await tx.outbox.put({
    key: `grant:${grant.id}:story:${grant.revision}`,
    living: false,
    to: { channelId: grant.card.channelId, thread: grant.card.ts === null ? null : { ts: grant.card.ts } },
    message: message(says, [{ kind: "text", icon: "lock", text: [says] }]),
    request: grant.id,
    lane: "story",
  });
}
