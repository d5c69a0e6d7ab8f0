// The sign-in of the demo in a real browser: newcomers become known humans, one approves with a key, and what is granted ends by itself.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { signInGreeting } from "../../demo/greeting.ts";
import { approve, cardOf, openCard } from "./approving.ts";
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

/** What README.md, demo/README.md and the page's greeting tell a newcomer to type; word for word what is typed here. */
const typed = {
  login: "/ops login",
  remove: "/ops delete configmap/checkout-settings -n shop because nothing reads it",
  grant: "/ops grant me read-logs on data for 10m --as token because the nightly load fails",
  temp: "/ops temp",
  minute: "/ops grant me read-logs on data for 1m because the nightly load fails",
} as const;

test("the READMEs tell a newcomer to type exactly what is played here", () => {
  for (const file of ["README.md", "demo/README.md"])
    for (const text of Object.values(typed))
      assert.ok(readFileSync(join(repository, file), "utf8").includes(`\`${text}\``), `${file}: ${text}`);
  const greeted = signInGreeting.map(({ text }) => text);
  for (const text of [typed.login, typed.remove, typed.grant, typed.temp]) assert.ok(greeted.includes(text), text);
});

let desk: Desk;
let context: BrowserContext;
/** Of the ten-minute grant. */
let granted: { readonly id: string; readonly token: string; readonly server: string; readonly until: number };

test("two people sign in, and whoever has not is told what it takes", async () => {
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  desk = new Desk(await context.newPage(), { folder: pictures, prefix: "sign-in" });
  await desk.open(demo.pageUrl, "ana");
  await desk.step("the page greets with the sign-in too", async () => {
    await desk.page.getByTestId("step-7").waitFor();
  });
  await desk.closeGreeting();
  await desk.step("who has not signed in reads the shop, and is told what grants take", async () => {
    await desk.openChannel("general");
    await desk.type("/ops status checkout");
    await desk.message("production:shop/checkout").waitFor();
    await desk.type(typed.grant);
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
  await desk.be("finn");
  await desk.openChannel("general");
  await signIn(desk, context, "Finn");
});

test("ten minutes of what she lacks: countersigned by two, and the kubeconfig comes once, on a page of hers", async () => {
  await desk.be("ana");
  await desk.openChannel("general");
  const id = await desk.step("she asks for it for ten minutes", async () => {
    await desk.type(typed.grant);
    const answer = desk.message("Grant ana read-logs in data", "for 10m", "It needs 2");
    await answer.waitFor();
    return requestIn(answer);
  });
  await countersigned(desk, id, ["ben", "finn"]);
  const tab = await desk.step("a direct message brings the button, and the button a link for her alone", async () => {
    await desk.be("ana");
    await desk.openDirect();
    const told = desk.message(id, "You have read-logs in data");
    await told.getByText("Fetch your kubeconfig").click();
    const link = desk.message(`The kubeconfig is shown once`).getByRole("link", { name: "Sign in and fetch" });
    await link.waitFor();
    const opened = context.waitForEvent("page");
    await link.click();
    return opened;
  });
  const pages = new Desk(tab, { folder: pictures, prefix: "kubeconfig" });
  await throughBoth(pages, "Ana");
  await press(pages, "the page says what it is and until when", "Show it once");
  await pages.step("the kubeconfig is shown", () => tab.locator("pre").waitFor());
  const kubeconfig = JSON.parse((await tab.locator("pre").textContent()) ?? "{}");
  const until = /ends at (\d{4}-\d\d-\d\d) (\d\d:\d\d) UTC/.exec((await tab.locator("body").textContent()) ?? "");
  assert.ok(until, "the page says when it ends");
  await tab.close();
  const { token } = kubeconfig.users[0].user;
  const { server } = kubeconfig.clusters[0].cluster;
  granted = { id, token, server, until: Date.parse(`${until[1]}T${until[2]}Z`) };
  assert.ok(Math.abs(granted.until - Date.now() - 600_000) < 120_000, `it ends at ${until[0]}`);
  assert.equal(await podsBy(granted), 200, "the kubeconfig's token works");
  await desk.step("temp says when it ends, and so does the home", async () => {
    await desk.openChannel("general");
    await desk.type(typed.temp);
    await desk.message(id, "read-logs in data").waitFor();
    await desk.openHome();
    const home = desk.page.getByTestId("home");
    await home.getByText("My access").waitFor();
    await home.getByText("read-logs in data").first().waitFor();
  });
});

test("R21: a delete is approved with a key: the match code stands in Slack and in the browser, and then it runs", async () => {
  await desk.openChannel("general");
  const id = await desk.step("ana asks to delete", async () => {
    await desk.type(typed.remove);
    const answer = desk.message("Delete", "checkout-settings", "It needs 1");
    await answer.waitFor();
    return requestIn(answer);
  });
  await desk.step("finn's home shows what waits for him", async () => {
    await desk.be("finn");
    await desk.openHome();
    await desk.page.getByTestId("home").getByText(id).first().waitFor();
  });
  const shown = await desk.step(
    "his approval opens a sign-in with a match code, and approves nothing yet",
    async () => {
      await desk.openChannel("platform-approvals");
      await openCard(desk, id);
      await desk.page.getByTestId("modal-submit").click();
      await desk.modal.getByText("Nothing is approved yet").waitFor();
      return /Match code:\s*([A-Z0-9]{3}-[A-Z0-9]{3})/.exec((await desk.modal.textContent()) ?? "")?.[1] ?? "";
    },
  );
  assert.notEqual(shown, "", "a match code in Slack");
  const opened = context.waitForEvent("page");
  await desk.modal.getByRole("link", { name: `Sign in and approve ${id}` }).click();
  const tab = await opened;
  const pages = new Desk(tab, { folder: pictures, prefix: "step-up" });
  await pages.step("the page shows the same code", () => tab.getByText(`Match code: ${shown}`).waitFor());
  await throughBoth(pages, "Finn", "Confirm with your security key");
  await pages.step("and once more before he approves", () => tab.getByText(`Match code: ${shown}`).waitFor());
  await press(pages, "he approves it", `Approve ${id}`);
  await pages.step("it is approved by him", () => tab.getByText(`${id} is approved by you`).first().waitFor());
  await tab.close();
  await desk.step("the card says that it is done", async () => {
    await desk.closeModal();
    await cardOf(desk, id).getByText("is done and verified").waitFor({ timeout: 30_000 });
    await desk.be("ana");
    await desk.openChannel("general");
    await desk.type("/ops get configmap/checkout-settings -n shop");
    await desk.message("No configmaps checkout-settings").waitFor();
  });
});

test("a minute by her own credentials: she may, and when it is over she may no longer", async () => {
  const id = await desk.step("she asks for it for a minute", async () => {
    await desk.type(typed.minute);
    const answer = desk.message("Grant ana read-logs in data", "for 1m", "It needs 2");
    await answer.waitFor();
    return requestIn(answer);
  });
  await countersigned(desk, id, ["ben", "finn"]);
  await desk.step("ana reads the pods of data", async () => {
    await desk.be("ana");
    await desk.openChannel("general");
    await desk.type("/ops get pods -n data");
    await desk.message("etl-", "Running").waitFor();
    await desk.type(typed.temp);
    await desk.message(id, "read-logs").waitFor();
  });
  await desk.step("it ends by itself, and the cluster says no again", async () => {
    await ended(desk, id, 90_000);
    await desk.openChannel("general");
    await desk.type("/ops get pods -n data");
    await desk.page.getByTestId("messages").getByText(lacks).nth(1).waitFor();
  });
  await desk.step("her home shows what she asked for, and what she still holds", async () => {
    await desk.openHome();
    const home = desk.page.getByTestId("home");
    await home.getByText("My requests").waitFor();
    await home.getByText(id).first().waitFor();
    await home.getByText(granted.id).first().waitFor();
  });
});

test("the ten minutes end by themselves: the cluster refuses the token, and everybody is told", {
  timeout: 900_000,
}, async () => {
  assert.equal(await podsBy(granted), 200, "it works until then");
  await desk.step("it has ended", () => ended(desk, granted.id, granted.until - Date.now() + 120_000));
  assert.equal(await podsBy(granted), 401);
  await desk.step("a direct message says so too", async () => {
    await desk.openDirect();
    await desk.message("read-logs in data on production has ended", "its time is over").waitFor();
  });
  await desk.step("nothing of it is left on her home", async () => {
    await desk.openHome();
    await desk.page.getByTestId("home").getByText("You hold no access for a time.").waitFor();
  });
});

/** Past the bot: what kubectl does with the kubeconfig. */
async function podsBy({ server, token }: typeof granted): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(`${server}/api/v1/namespaces/data/pods`, { headers })).status;
}

async function countersigned(desk: Desk, id: string, names: readonly ("ben" | "finn")[]): Promise<void> {
  for (const name of names)
    await desk.step(`${name} countersigns`, async () => {
      await desk.be(name);
      await desk.openChannel("platform-approvals");
      await approve(desk, id);
    });
  await desk.step("the card says that it is active", async () => {
    await cardOf(desk, id).getByText("is done and verified").waitFor({ timeout: 30_000 });
  });
}

/** Its request's story says so. */
async function ended(desk: Desk, id: string, withinMs: number): Promise<void> {
  await desk.openChannel("platform-approvals");
  await cardOf(desk, id).getByTestId("replies").click();
  await desk.page.getByTestId("thread-messages").getByText("has ended").waitFor({ timeout: withinMs });
}

/** As somebody clicks it: the link of the answer in a tab of its own, both sign-ins, and the consent. */
async function signIn(desk: Desk, context: BrowserContext, firstName: string): Promise<void> {
  const tab = await desk.step(`${firstName} gets a link to sign in`, async () => {
    await desk.type(typed.login);
    const opened = context.waitForEvent("page");
    await desk.message("first with Slack, then with Acme sign-in").getByRole("link", { name: "Sign in" }).click();
    return opened;
  });
  const pages = new Desk(tab, { folder: pictures, prefix: `pages-${firstName}` });
  await throughBoth(pages, firstName);
  await press(pages, "both accounts are named", "Both are me");
  await pages.step("the accounts are linked", () => tab.getByText("Your accounts are linked").first().waitFor());
  await tab.close();
}

/** From the bot's page to Slack's and the company's sign-in, and back. */
async function throughBoth(pages: Desk, firstName: string, key?: string): Promise<void> {
  await press(pages, "the bot sends on to Slack", /with Slack/);
  await press(pages, "Slack asks who it is", new RegExp(firstName));
  await press(pages, "the company asks who it is", new RegExp(`(Sign in|Continue) as ${firstName}`));
  if (key !== undefined) await press(pages, "the company asks for the key", key);
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
