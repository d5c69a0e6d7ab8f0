// The points at which tests kill the bot, and how the kill is brought about.
import type { CrashPoint } from "./bot-child.ts";
import type { CrashingBot } from "./crashing-bot.ts";
import { faultOnce, isWriteTo } from "./story.ts";
import type { Town } from "./town.ts";

export interface Kill {
  readonly name: string;
  /** At no point: so long after the story began. */
  readonly afterMs?: number;
  /** In the store, at the commit that says so. */
  readonly store?: CrashPoint;
  /** At the cluster: when the write arrives, and whether it takes effect. */
  readonly write?: "takes effect" | "is lost";
  /** At Slack: when the card's posting took effect. */
  readonly card?: true;
}

const at = (when: CrashPoint["when"], word: string, times = 1): Kill => ({
  name: `${when} the commit of ${word}${times > 1 ? ` (the ${times}nd)` : ""}`,
  store: { when, word, times },
});

export const kills: readonly Kill[] = [
  at("before", "request.created"),
  at("after", "request.created"),
  at("before", "request.posted"),
  at("after", "request.posted"),
  { name: "after the card was posted, before that was known", card: true },
  at("before", "vote.cast"),
  at("after", "vote.cast"),
  at("before", "request.approved"),
  at("after", "request.approved"),
  at("before", "execution.claimed"),
  at("after", "execution.claimed"),
  at("before", "write.intended"),
  at("after", "write.intended"),
  { name: "when the write arrived, before it took effect", write: "is lost" },
  { name: "when the write took effect, before its answer", write: "takes effect" },
  at("before", "write.done"),
  at("after", "write.done"),
  at("before", "execution.ended"),
  at("after", "execution.ended"),
];

export interface Scene {
  readonly town: Town;
  readonly bot: CrashingBot;
  /** Of the Deployment that the story is about. */
  readonly name: string;
}

/** Arms the kill, before the story begins. */
export async function arm(kill: Kill, { town, bot, name }: Scene): Promise<void> {
  if (kill.store !== undefined) await bot.arm(kill.store);
  if (kill.write !== undefined) {
    faultOnce(
      town.cluster,
      isWriteTo(name),
      kill.write === "takes effect" ? { dropReplyAfterEffect: true } : { reset: true },
      () => bot.kill(),
    );
  }
  if (kill.card === true) {
    town.slack.failNext("chat.postMessage", { dropReplyAfterEffect: true });
    void town.slack.waitForMessage((message) => message.text.includes(`${name} `)).then(() => bot.kill());
  }
  if (kill.afterMs !== undefined) setTimeout(() => bot.kill(), kill.afterMs);
}
