// What those who run the bot are told when a part of it goes away or comes back: one message for all that is new.
import { bold, type Message, message, type Part, time } from "../core/message.ts";
import type { News } from "./step.ts";

export function newsMessage(news: readonly News[]): Message {
  const named = (kind: News["kind"]): string =>
    news
      .filter((one) => one.kind === kind)
      .map((one) => one.part.title)
      .join(", ");
  const [away, back] = [named("away"), named("back")];
  const summary = [...(away === "" ? [] : [`Away: ${away}.`]), ...(back === "" ? [] : [`Back: ${back}.`])].join(" ");
  return message(summary, news.map(partOf));
}

function partOf(news: News): Part {
  const title = bold(news.part.title);
  if (news.kind === "away")
    return { kind: "text", icon: "warn", text: [title, " is away since ", time(news.since), `. ${news.says}`] };
  const text = [title, " is back; it was away from ", time(news.since), " to ", time(news.until), "."];
  return { kind: "text", icon: "ok", text };
}
