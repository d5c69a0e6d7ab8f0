// One browser page of the local Slack, driven as a person would: be somebody, open a channel, type, press, read.
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";

export const people = {
  ana: "U0ANA0001",
  ben: "U0BEN0001",
  chloe: "U0CHLOE01",
  dev: "U0DEV0001",
  eve: "U0EVE0001",
  finn: "U0FINN001",
} as const;

export type PersonName = keyof typeof people;

export class Desk {
  readonly page: Page;
  readonly #pictures: string;
  readonly #prefix: string;
  #taken = 0;

  constructor(page: Page, pictures: { readonly folder: string; readonly prefix: string }) {
    this.page = page;
    this.#pictures = pictures.folder;
    this.#prefix = pictures.prefix;
    page.setDefaultTimeout(15_000);
  }

  async open(pageUrl: string, name: PersonName): Promise<void> {
    await this.page.goto(`${pageUrl}?as=${people[name]}`);
    await this.page.getByTestId("channel-title").or(this.page.getByTestId("home")).first().waitFor();
  }

  async be(name: PersonName): Promise<void> {
    await this.page.getByTestId(`person-${people[name]}`).click();
    await this.page.locator(`[data-testid="person-${people[name]}"][aria-pressed="true"]`).waitFor();
  }

  async closeGreeting(): Promise<void> {
    await this.page.getByTestId("greeting-close").click();
    await this.page.getByTestId("greeting").waitFor({ state: "detached" });
  }

  async openChannel(name: string): Promise<void> {
    await this.#showSidebar();
    await this.page.getByTestId(`channel-${name}`).click();
    await this.page.getByTestId("channel-title").filter({ hasText: name }).waitFor();
  }

  /** The direct messages with the bot. */
  async openDirect(): Promise<void> {
    await this.#showSidebar();
    await this.page.getByTestId("app-home").click();
    await this.page.getByTestId("tab-messages").click();
    await this.page.getByTestId("messages").waitFor();
  }

  async openHome(): Promise<void> {
    await this.#showSidebar();
    await this.page.getByTestId("app-home").click();
    await this.page.getByTestId("tab-home").click();
    await this.page.getByTestId("home").waitFor();
  }

  /** On a narrow screen the list of channels is behind a button. */
  async #showSidebar(): Promise<void> {
    const opener = this.page.getByTestId("open-sidebar");
    if (await opener.isVisible()) await opener.click();
  }

  /** Key by key into the box, then Enter: a complete slash command is sent by the first. */
  async type(text: string): Promise<void> {
    await this.page.getByTestId("compose").click();
    await this.page.keyboard.type(text);
    await this.page.keyboard.press("Enter");
  }

  /** The newest message of the channel that is open which holds every text. */
  message(...texts: readonly (string | RegExp)[]): Locator {
    const all = this.page.getByTestId("messages").getByTestId("message");
    return texts.reduce((found: Locator, hasText) => found.filter({ hasText }), all).last();
  }

  get modal(): Locator {
    return this.page.getByTestId("modal");
  }

  async closeModal(): Promise<void> {
    await this.page.getByTestId("modal-close").click();
    await this.modal.waitFor({ state: "hidden" });
  }

  /** Into the folder of pictures, numbered in the order taken. */
  async picture(name: string): Promise<string> {
    this.#taken += 1;
    const file = join(this.#pictures, `${this.#prefix}-${String(this.#taken).padStart(2, "0")}-${name}.png`);
    await this.page.screenshot({ path: file });
    return file;
  }

  /** One step of the story: a picture of where it ended, and of where it failed, named in the error. */
  async step<T>(name: string, act: () => Promise<T>): Promise<T> {
    const slug = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
    let result: T;
    try {
      result = await act();
    } catch (error) {
      const file = await this.picture(`failed-${slug}`).catch(() => "(no picture could be taken)");
      throw new Error(`The story failed at “${name}”. What was on the screen: ${file}`, { cause: error });
    }
    await this.picture(slug);
    return result;
  }
}
