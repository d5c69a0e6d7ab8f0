// What the compose box offers while one types: slash commands, the verbs after them, people and channels.

/**
 * @typedef {{ readonly commands: readonly { readonly command: string, readonly description: string, readonly usageHint: string }[],
 *   readonly completions: readonly { readonly verb: string, readonly usage: string, readonly summary: string }[],
 *   readonly users: readonly { readonly id: string, readonly name: string, readonly realName: string, readonly isBot: boolean }[],
 *   readonly channels: readonly { readonly id: string, readonly name: string, readonly kind: string }[] }} Vocabulary
 * @typedef {{ readonly label: string, readonly detail: string, readonly insert: string, readonly eager: boolean }} Offer
 *   `eager`: Enter takes it instead of sending, as Slack does for commands and mentions that are not complete.
 * @typedef {{ readonly from: number, readonly offers: readonly Offer[], readonly hint: { usage: string, summary: string } | null }} Completion
 */

/** @type {Completion} */
const NOTHING = { from: 0, offers: [], hint: null };
const MOST = 12;

/**
 * The offers replace the text from `from` to the caret. In threads there are no slash commands, but `!verb` works.
 * @param {string} text up to the caret @param {Vocabulary} vocabulary @param {{ readonly thread: boolean }} place
 * @returns {Completion}
 */
export function complete(text, vocabulary, place) {
  if (text.includes("\n")) return mention(text, vocabulary);
  const bang = /^!(.*)$/.exec(text)?.[1];
  if (bang !== undefined) return verbs(bang, 1, vocabulary);
  if (text.startsWith("/") && !place.thread) return slash(text, vocabulary);
  const bot = vocabulary.users.find((user) => user.isBot && text.startsWith(`@${user.name} `));
  if (bot !== undefined) return verbs(text.slice(bot.name.length + 2), bot.name.length + 2, vocabulary);
  return mention(text, vocabulary);
}

/** @param {string} text @param {Vocabulary} vocabulary @returns {Completion} */
function slash(text, vocabulary) {
  const known = vocabulary.commands.find(({ command }) => text.startsWith(`${command} `));
  if (known !== undefined) return verbs(text.slice(known.command.length + 1), known.command.length + 1, vocabulary);
  const offers = vocabulary.commands
    .filter(({ command }) => command.startsWith(text))
    .map(({ command, description, usageHint }) => ({
      label: usageHint === "" ? command : `${command} ${usageHint}`,
      detail: description,
      insert: `${command} `,
      eager: command !== text,
    }));
  return { from: 0, offers, hint: null };
}

/** @param {string} typed after the command @param {number} from @param {Vocabulary} vocabulary @returns {Completion} */
function verbs(typed, from, vocabulary) {
  const known = vocabulary.completions
    .filter(({ verb }) => typed === verb || typed.startsWith(`${verb} `))
    .toSorted((a, b) => b.verb.length - a.verb.length)[0];
  const offers = vocabulary.completions
    .filter(({ verb }) => verb.startsWith(typed) && verb !== typed)
    .map(({ verb, usage, summary }) => ({ label: usage, detail: summary, insert: `${verb} `, eager: false }));
  if (offers.length > 0 && typed !== known?.verb) return { from, offers, hint: null };
  if (known !== undefined) return { from, offers: [], hint: { usage: known.usage, summary: known.summary } };
  return NOTHING;
}

/** @param {string} text @param {Vocabulary} vocabulary @returns {Completion} */
function mention(text, vocabulary) {
  const match = /(?:^|[\s(])([@#])([\p{L}\p{N}._-]*)$/u.exec(text);
  if (match === null) return NOTHING;
  const [, sign = "@", typed = ""] = match;
  const from = text.length - typed.length - 1;
  const wanted = typed.toLowerCase();
  const offers = sign === "@" ? people(wanted, vocabulary) : rooms(wanted, vocabulary);
  return { from, offers: offers.slice(0, MOST), hint: null };
}

/** @param {string} wanted @param {Vocabulary} vocabulary @returns {Offer[]} */
function people(wanted, vocabulary) {
  return vocabulary.users
    .filter(({ name, realName }) =>
      `${name} ${realName}`
        .toLowerCase()
        .split(" ")
        .some((word) => word.startsWith(wanted)),
    )
    .map(({ name, realName }) => ({
      label: `@${name}`,
      detail: realName,
      insert: `@${name} `,
      eager: name !== wanted,
    }));
}

/** @param {string} wanted @param {Vocabulary} vocabulary @returns {Offer[]} */
function rooms(wanted, vocabulary) {
  return vocabulary.channels
    .filter(({ name, kind }) => kind !== "im" && name.startsWith(wanted))
    .map(({ name }) => ({ label: `#${name}`, detail: "", insert: `#${name} `, eager: name !== wanted }));
}
