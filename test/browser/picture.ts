// Takes the README's picture, docs/images/demo.png, from the demo of this working tree: node test/browser/picture.ts
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { approve, cardOf } from "./approving.ts";
import { openChromium } from "./chromium.ts";
import { startDemoProcess } from "./demo-process.ts";
import { Desk } from "./desk.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const picture = join(repository, "docs", "images", "demo.png");

const directory = mkdtempSync(join(tmpdir(), "countersign-picture-"));
const browser = await openChromium();
const demo = await startDemoProcess({
  command: process.execPath,
  args: [join(repository, "src", "cli.ts"), "demo", "--port", "0"],
  directory,
  env: process.env,
  withinMs: 30_000,
});
try {
  const page = await browser.newPage({ viewport: { width: 1360, height: 940 } });
  const desk = new Desk(page, { folder: directory, prefix: "picture" });
  await desk.open(demo.pageUrl, "ana");
  await desk.closeGreeting();
  await desk.openChannel("payments");
  await desk.type("/ops rollback checkout because checkout fails since 42");
  await desk.message("It needs 2").waitFor();
  await desk.be("ben");
  await desk.openChannel("platform-approvals");
  const card = desk.message("waits to be countersigned");
  const request = /r-[a-z0-9]{7}/.exec((await card.textContent()) ?? "")?.[0] ?? "";
  await approve(desk, request);
  await desk.be("finn");
  await desk.openChannel("platform-approvals");
  await cardOf(desk, request).getByText("Still needed: 1 of").waitFor();
  await cardOf(desk, request).getByTestId("replies").click();
  await page
    .getByTestId("thread-messages")
    .getByText("Show all")
    .or(page.getByTestId("thread-messages").getByText("diff"))
    .first()
    .waitFor();
  await cardOf(desk, request).getByText("Open until").scrollIntoViewIfNeeded();
  await page.mouse.move(0, 0);
  mkdirSync(join(repository, "docs", "images"), { recursive: true });
  await page.screenshot({ path: picture });
} finally {
  await browser.close();
  await demo.stop();
  rmSync(directory, { recursive: true, force: true });
}
