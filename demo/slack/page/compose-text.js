// What typed text means where it is sent, and how a message looked when it was typed. (The server escapes, as Slack does.)

/** @typedef {{ readonly users: readonly { readonly id: string, readonly name: string }[], readonly channels: readonly { readonly id: string, readonly name: string, readonly kind: string }[] }} Named */

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
