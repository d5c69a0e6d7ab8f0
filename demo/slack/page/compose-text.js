// Turns what was typed into what Slack's client would send: escaped, with mentions as tokens; and back for editing.

/** @typedef {{ readonly users: readonly { readonly id: string, readonly name: string }[], readonly channels: readonly { readonly id: string, readonly name: string, readonly kind: string }[] }} Named */

/** @param {string} typed @param {Named} named */
export function toWire(typed, named) {
  const escaped = typed.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return escaped.replace(/(^|[\s(])([@#])([\p{L}\p{N}._-]*[\p{L}\p{N}_])/gu, (whole, before, sign, name) => {
    const token = sign === "@" ? userToken(name, named) : channelToken(name, named);
    return token === null ? whole : `${before}${token}`;
  });
}

/** @param {string} name @param {Named} named */
function userToken(name, named) {
  const user = named.users.find((one) => one.name.toLowerCase() === name.toLowerCase());
  return user === undefined ? null : `<@${user.id}>`;
}

/** @param {string} name @param {Named} named */
function channelToken(name, named) {
  const channel = named.channels.find((one) => one.kind !== "im" && one.name === name);
  return channel === undefined ? null : `<#${channel.id}|${channel.name}>`;
}

/** The text as one would have typed it. @param {string} wire @param {Named} named */
export function fromWire(wire, named) {
  return wire
    .replace(
      /<@([UWB][A-Z0-9]+)(?:\|([^>]*))?>/g,
      (_, id, label) => `@${named.users.find((one) => one.id === id)?.name ?? label ?? id}`,
    )
    .replace(
      /<#([CGD][A-Z0-9]+)(?:\|([^>]*))?>/g,
      (_, id, label) => `#${named.channels.find((one) => one.id === id)?.name ?? label ?? id}`,
    )
    .replace(/<([^<>|]+)(?:\|[^<>]*)?>/g, (_, address) => address)
    .replace(/&(lt|gt|amp);/g, (_, name) => (name === "lt" ? "<" : name === "gt" ? ">" : "&"));
}

/**
 * What sending this text in this place means. A slash command in a thread is refused with Slack's sentence.
 * @param {string} typed @param {{ readonly thread: boolean, readonly files: number }} place @param {readonly string[]} commands
 * @returns {{ kind: "nothing" } | { kind: "say" } | { kind: "command" } | { kind: "refused", message: string }}
 */
export function intentOf(typed, place, commands) {
  const text = typed.trim();
  if (text === "") return place.files > 0 ? { kind: "say" } : { kind: "nothing" };
  const command = /^\/[a-z0-9_-]+(?=\s|$)/i.exec(text)?.[0];
  if (command === undefined) return { kind: "say" };
  if (!commands.includes(command)) {
    return { kind: "refused", message: `${command} is not a valid command. Here you can type ${commands.join(", ")}.` };
  }
  if (place.thread) return { kind: "refused", message: `${command} is not supported in threads. Sorry!` };
  if (place.files > 0) {
    return {
      kind: "refused",
      message: `${command} cannot carry files. Send the file as a message first, or remove it.`,
    };
  }
  return { kind: "command" };
}
