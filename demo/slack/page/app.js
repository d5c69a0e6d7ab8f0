// The one object the parts of the page share: the store, the acts, the names, and ways to move about.
import { sendAct } from "./api.js";
import { toast } from "./toast.js";

/**
 * @typedef {ReturnType<typeof createApp>} App
 * @typedef {import("../page-protocol.ts").PageAct} PageAct
 */

/** An act as the parts write it: who does it is filled in here. */
/** @template T @typedef {T extends { as: string } ? Omit<T, "as"> : never} WithoutAs */

/**
 * @param {import("./store.js").Store} store
 * @param {{ readonly embedded: boolean, switchTo(id: string): Promise<void> }} page
 */
export function createApp(store, page) {
  const app = {
    store,
    embedded: page.embedded,
    switchTo: page.switchTo,
    /** For those who show a problem themselves. @param {WithoutAs<PageAct>} act */
    send: (act) => sendAct(/** @type {PageAct} */ ({ ...act, as: store.state.me.id })),
    /** @param {WithoutAs<PageAct>} act */
    act: async (act) => {
      const result = await app.send(act);
      if (result.problem !== undefined) toast(result.problem);
      return result;
    },
    /** @param {string} id */
    openChannel: (id) => store.goTo({ kind: "channel", id }),
    /** @param {string} id */
    user: (id) => store.state.users.find((user) => user.id === id),
    /** @param {string} id */
    channel: (id) => store.state.channels.find((channel) => channel.id === id),
    /** The app's own user: the one with whom everybody has direct messages. */
    bot: () => {
      const bots = store.state.users.filter((user) => user.isBot);
      const direct = new Set(store.state.channels.map((channel) => channel.withUser));
      return bots.find((bot) => direct.has(bot.id)) ?? bots[0];
    },
    /** What text formats ask for when they draw mentions. @returns {import("./text/mrkdwn.js").Names} */
    names: () => ({
      me: store.state.me.id,
      user: (id) => app.user(id)?.name ?? null,
      channel: (id) => app.channel(id)?.name ?? null,
      openChannel: app.openChannel,
    }),
  };
  return app;
}

/** The last word of an im is with whom; of a channel its name. @param {App} app @param {import("../page-protocol.ts").PageChannel} channel */
export function channelLabel(app, channel) {
  if (channel.kind !== "im") return channel.name;
  return app.user(channel.withUser ?? "")?.realName ?? channel.name;
}
