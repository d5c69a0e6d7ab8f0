// How those who run the bot hear of its parts: through the outbox, and past it where the store takes nothing.

import { partName } from "../core/ports/health.ts";
import type { Store, Tx } from "../core/ports/store.ts";
import { StoreUnavailable } from "../core/ports/store.ts";
import { isRefusal } from "../core/refusal.ts";
import type { News } from "../health/step.ts";
import { newsMessage } from "../health/words.ts";
import { postDirectly } from "../integrations/slack/outbox/direct.ts";
import type { Base } from "./base.ts";
import type { Workspace } from "./slack.ts";

type Tell = (news: readonly News[]) => Promise<void>;

/** Several processes see the same cluster or store go away: the first to say so within this says it for all. */
const saidOnceForMs = 120_000;

/** Throws when the configured channel is not there. */
export async function tellOperators(
  base: Pick<Base, "config" | "clock" | "bell">,
  { store, workspace }: { readonly store: Store; readonly workspace: Workspace },
): Promise<Tell> {
  const channelId = await channelOf(base, workspace);
  return async (news) => {
    try {
      await store.transact((tx) => put(tx, news, { channelId, now: base.clock.now() }));
      base.bell.ring({ audit: 0 });
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      await postDirectly(workspace.reached, channelId, newsMessage(news));
    }
  };
}

async function channelOf({ config }: Pick<Base, "config">, { people, channels }: Workspace): Promise<string> {
  const { tell } = config.operations;
  if (tell === null) return channels.audit;
  const id = await people.channelId(tell);
  if (isRefusal(id)) throw new Error(`${id.message} ${id.hint}`);
  return id;
}

async function put(
  tx: Tx,
  news: readonly News[],
  { channelId, now }: { readonly channelId: string; readonly now: number },
): Promise<void> {
  const unsaid: News[] = [];
  for (const one of news) {
    const key = `health:${one.kind}:${partName(one.part)}`;
    if (await tx.seen.mark(key, now + saidOnceForMs)) unsaid.push(one);
  }
  if (unsaid.length === 0) return;
  await tx.outbox.put({
    key: `health:${now}:${unsaid.map((one) => partName(one.part)).join(",")}`,
    living: false,
    to: { channelId, thread: null },
    message: newsMessage(unsaid),
    request: null,
    lane: "story",
  });
}
