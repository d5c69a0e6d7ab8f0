// A person's or the bot's picture: coloured initials, or the countersign mark for the bot.
import { el } from "./dom.js";

/** @param {import("../page-protocol.ts").PageUser | undefined} user @param {"small" | "medium" | "large"} size */
export function avatar(user, size) {
  const box = el(
    "span",
    { class: `avatar avatar-${size}${user?.isBot ? " avatar-bot" : ""}`, "aria-hidden": "true" },
    initials(user),
  );
  if (user !== undefined) box.style.setProperty("--color", safeColor(user.color));
  return box;
}

/** @param {import("../page-protocol.ts").PageUser | undefined} user */
function initials(user) {
  if (user === undefined) return "?";
  if (user.isBot) return "✓";
  const words = (user.realName || user.name).split(/\s+/).filter((word) => word !== "");
  return words
    .slice(0, 2)
    .map((word) => [...word][0]?.toUpperCase() ?? "")
    .join("");
}

/** Slack gives colours as six hex digits without "#". @param {string} color */
function safeColor(color) {
  const hex = /^#?([0-9a-f]{6}|[0-9a-f]{3})$/i.exec(color)?.[1];
  return hex === undefined ? "#6b6b6b" : `#${hex}`;
}
