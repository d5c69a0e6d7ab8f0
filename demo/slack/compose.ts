// Turns what a person types into what Slack stores: escaped text, names as ids, links in angle brackets.
import type { Inside } from "./inside.ts";
import type { Obj } from "./records.ts";

export type Style = "message" | "command";

const escapeText = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Mentions that the compose box has already turned into pills; names, links and addresses still to be turned. */
const token =
  /<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>|<#([CG][A-Z0-9]+)(?:\|[^<>]*)?>|<!subteam\^(S[A-Z0-9]+)(?:\|[^<>]*)?>|(?<![\w/.])@([a-z0-9][a-z0-9._-]*[a-z0-9])|(?<![\w/&])#([a-z0-9][a-z0-9_-]*)|https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)'"]|(?<![\w.])[\w.+-]+@[\w-]+\.[\w.-]*\w/g;

/** `command` is the form of slash commands with `should_escape`: it carries names besides ids. */
export function composed(inside: Inside, typed: string, style: Style): string {
  let result = "";
  let from = 0;
  for (const match of typed.matchAll(token)) {
    const entity = entityOf(inside, match, style);
    if (entity === undefined) continue;
    result += escapeText(typed.slice(from, match.index)) + entity;
    from = match.index + match[0].length;
  }
  return result + escapeText(typed.slice(from));
}

function entityOf(inside: Inside, match: RegExpExecArray, style: Style): string | undefined {
  const { users, channels, usergroups } = inside.state;
  const [whole, userId, channelId, groupId, name, channelName] = match;
  if (whole.startsWith("http")) return `<${escapeText(whole)}>`;
  if (name !== undefined && ["here", "channel", "everyone"].includes(name)) return `<!${name}>`;
  const user = [...users.values()].find((each) => each.id === userId || each.name === name);
  if (user !== undefined) return style === "command" ? `<@${user.id}|${user.name}>` : `<@${user.id}>`;
  const group = [...usergroups.values()].find((each) => each.id === groupId || each.handle === name);
  if (group !== undefined) return `<!subteam^${group.id}|@${group.handle}>`;
  const channel = [...channels.values()].find((each) => each.id === channelId || each.name === channelName);
  if (channel !== undefined && channel.name !== "") return `<#${channel.id}|${channel.name}>`;
  return whole.includes("@") && !whole.startsWith("@") && !whole.startsWith("<")
    ? `<mailto:${whole}|${whole}>`
    : undefined;
}

const unescapeText = (text: string) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/** The rich_text block that Slack adds to every message a person writes. */
export function richTextOf(text: string, newId: () => string): Obj {
  const elements = text.split(/```\n?/).flatMap((part, index): Obj[] => {
    if (part === "") return [];
    const type = index % 2 === 1 ? "rich_text_preformatted" : "rich_text_section";
    return [{ type, elements: index % 2 === 1 ? [{ type: "text", text: unescapeText(part) }] : runsOf(part) }];
  });
  return { type: "rich_text", block_id: newId(), elements };
}

function runsOf(text: string): readonly Obj[] {
  return text.split(/(<[^<>]+>)/).flatMap((part): Obj[] => {
    if (part === "") return [];
    if (!/^<[^<>]+>$/.test(part)) return [{ type: "text", text: unescapeText(part) }];
    const [target = "", label] = part.slice(1, -1).split("|");
    if (target.startsWith("@")) return [{ type: "user", user_id: target.slice(1) }];
    if (target.startsWith("#")) return [{ type: "channel", channel_id: target.slice(1) }];
    if (target.startsWith("!subteam^")) return [{ type: "usergroup", usergroup_id: target.slice(9) }];
    if (target.startsWith("!")) return [{ type: "broadcast", range: target.slice(1) }];
    return [{ type: "link", url: unescapeText(target), ...(label !== undefined && { text: unescapeText(label) }) }];
  });
}
