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
    page.setDefaultTimeout(20_000);
  }

  async be(name: PersonName): Promise<void> {
    await this.page.getByTestId(`person-${people[name]}`).click();
    await this.page.locator(`[data-testid="person-${people[name]}"][aria-pressed="true"]`).waitFor();
  }

  async closeGreeting(): Promise<void> {
    const close = this.page.getByTestId("greeting-close");
    if (await close.isVisible()) await close.click();
  }

  async openChannel(name: string): Promise<void> {
    await this.#sidebar();
    await this.page.getByTestId(`channel-${name}`).click();
    await this.page.getByTestId("channel-title").filter({ hasText: name }).waitFor();
  }

  async openHome(): Promise<void> {
    await this.#sidebar();
    await this.page.getByTestId("app-home").click();
    await this.page.getByTestId("tab-home").click();
    await this.page.getByTestId("home").waitFor();
  }

  /** On a narrow screen the list of channels is behind a button. */
  async #sidebar(): Promise<void> {
    const opener = this.page.getByTestId("open-sidebar");
    if (await opener.isVisible()) await opener.click();
  }

  /** Types it letter by letter and sends it; a complete slash command is sent by the first Enter. */
  async type(text: string): Promise<void> {
    const compose = this.page.getByTestId("compose").locator("textarea, [contenteditable=true]").or(this.#textarea());
    await compose.first().click();
    await this.page.keyboard.type(text);
    await this.page.keyboard.press("Enter");
  }

  #textarea(): Locator {
    return this.page.locator('textarea[data-testid="compose"]');
  }

  /** The last message in the channel that holds the text. */
  message(text: string | RegExp): Locator {
    return this.page.getByTestId("messages").locator('article[data-testid="message"]').filter({ hasText: text }).last();
  }

  get modal(): Locator {
    return this.page.getByTestId("modal");
  }

  /** Into the folder of pictures, numbered in the order taken. */
  async picture(name: string): Promise<string> {
    this.#taken += 1;
    const file = join(this.#pictures, `${this.#prefix}-${String(this.#taken).padStart(2, "0")}-${name}.png`);
    await this.page.screenshot({ path: file });
    return file;
  }
}
