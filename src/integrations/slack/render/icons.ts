// What each icon looks like in Slack.
import type { Icon } from "../../../core/message.ts";

export const icons: Readonly<Record<Icon, string>> = {
  ok: "✅",
  wait: "⏳",
  run: "▶️",
  warn: "⚠️",
  stop: "⛔",
  lock: "🔒",
  undo: "↩️",
  info: "ℹ️",
  high: "🔴",
  medium: "🟠",
  low: "🟡",
};
