// The sign-in of the demo in a real browser: a newcomer becomes a known human, is granted what she lacks, and it ends by itself.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { approve, cardOf } from "./approving.ts";
import { openChromium } from "./chromium.ts";
import { type DemoProcess, startDemoProcess } from "./demo-process.ts";
import { Desk } from "./desk.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const pictures = process.env.PICTURES ?? mkdtempSync(join(tmpdir(), "countersign-sign-in-pictures-"));

let directory: string;
let browser: Browser;
let demo: DemoProcess;
before(async () => {
  directory = mkdtempSync(join(tmpdir(), "countersign-sign-in-"));
  browser = await openChromium();
  demo = await startDemoProcess({
    command: process.execPath,
    args: [join(repository, "src", "cli.ts"), "demo", "--port", "0"],
    directory,
    env: process.env,
    withinMs: 60_000,
  });
});
after(async () => {
  await browser?.close();
  await demo?.stop();
  rmSync(directory, { recursive: true, force: true });
  if (process.env.PICTURES === undefined) rmSync(pictures, { recursive: true, force: true });
});

const lacks = 'User "acme:ana@acme-robotics.example" cannot list resource "pods"';

test("a newcomer signs in, is granted what she lacks for a minute, and may no longer when it is over", async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const desk = new Desk(await context.newPage(), { folder: pictures, prefix: "sign-in" });
  await desk.open(demo.pageUrl, "ana");
  await desk.step("the page greets with the sign-in too", async () => {
    await desk.page.getByTestId("step-5").waitFor();
  });
  await desk.closeGreeting();
  await desk.step("who has not signed in reads the shop, and is told what grants take", async () => {
    await desk.openChannel("general");
    await desk.type("/ops status checkout");
    await desk.message("production:shop/checkout").waitFor();
    await desk.type("/ops grant me read-logs on data for 1m because the nightly load fails");
    await desk.message("You have not signed in", "login").waitFor();
  });
  await signIn(desk, context, "Ana");
  await desk.step("whoami says which human she is", async () => {
    await desk.type("/ops whoami");
    await desk.message("acme-1001", "your sign-in (linked)").waitFor();
  });
  await desk.step("the cluster says what she lacks, by her own name", async () => {
    await desk.type("/ops get pods -n data");
    await desk.message(lacks).waitFor();
  });
  const request = await desk.step("she asks for it for a minute", async () => {
    await desk.type("/ops grant me read-logs on data for 1m because the nightly load fails");
    const answer = desk.message("Grant ana read-logs in data", "It needs 2");
    await answer.waitFor();
    return requestIn(answer);
  });
  for (const name of ["ben", "finn"] as const)
    await desk.step(`${name} countersigns`, async () => {
      await desk.be(name);
      await desk.openChannel("platform-approvals");
      await approve(desk, request);
    });
  await desk.step("the card says that it is active", async () => {
    await cardOf(desk, request).getByText("is done and verified").waitFor({ timeout: 30_000 });
  });
  await desk.step("ana reads the pods of data", async () => {
    await desk.be("ana");
    await desk.openChannel("general");
    await desk.type("/ops get pods -n data");
    await desk.message("etl-", "Running").waitFor();
    await desk.type("/ops temp");
    await desk.message(request, "read-logs").waitFor();
  });
  await desk.step("it ends by itself, and the cluster says no again", async () => {
    await desk.openChannel("platform-approvals");
    await cardOf(desk, request).getByTestId("replies").click();
    await desk.page.getByTestId("thread-messages").getByText("has ended").waitFor({ timeout: 90_000 });
    await desk.openChannel("general");
    await desk.type("/ops get pods -n data");
    await desk.page.getByTestId("messages").getByText(lacks).nth(1).waitFor();
  });
});

// Here belongs the vote with a fresh sign-in: a delete, which the demo's rule sure-people lets Finn approve with his key.

/** As somebody clicks it: the link of the answer in a tab of its own, both sign-ins, and the consent. */
async function signIn(desk: Desk, context: BrowserContext, firstName: string): Promise<void> {
  const tab = await desk.step(`${firstName} gets a link to sign in`, async () => {
    await desk.type("/ops login");
    const opened = context.waitForEvent("page");
    await desk.message("first with Slack, then with Acme sign-in").getByRole("link", { name: "Sign in" }).click();
    return opened;
  });
  const pages = new Desk(tab, { folder: pictures, prefix: `pages-${firstName}` });
  await press(pages, "the bot sends her to Slack", /Slack/);
  await press(pages, "Slack asks who she is", new RegExp(firstName));
  await press(pages, "the company asks who she is", `Sign in as ${firstName}`);
  await press(pages, "both accounts are named", "Both are me");
  await pages.step("the accounts are linked", () => tab.getByText("Your accounts are linked").first().waitFor());
  await tab.close();
}

/** The picture is of the page before it is pressed. */
async function press(pages: Desk, name: string, words: RegExp | string): Promise<void> {
  const button = buttonOf(pages.page, words);
  await pages.step(name, () => button.waitFor());
  await button.click();
}

function buttonOf(page: Page, words: RegExp | string): Locator {
  return page
    .getByRole("button", { name: words })
    .or(page.getByRole("link", { name: words }))
    .first();
}

async function requestIn(answer: Locator): Promise<string> {
  const id = /r-[a-z0-9]{7}/.exec((await answer.textContent()) ?? "")?.[0];
  assert.ok(id, "the answer names the request");
  return id;
}
