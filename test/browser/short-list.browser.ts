// Where the list of messages is short, as below the open welcome, the day's label lies over nothing that can be pressed.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { openChromium } from "./chromium.ts";
import { startDemoProcess } from "./demo-process.ts";
import { Desk } from "./desk.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));

test("with the welcome open, no place that the list can be scrolled to has the day's label over a button", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "countersign-short-list-"));
  const browser = await openChromium();
  t.after(async () => {
    await browser.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const command = process.execPath;
  const args = [join(repository, "src", "cli.ts"), "demo", "--port", "0"];
  const demo = await startDemoProcess({ command, args, directory, env: process.env, withinMs: 60_000 });
  t.after(() => demo.stop());
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  const desk = new Desk(page, { folder: directory, prefix: "short-list" });
  await desk.open(demo.pageUrl, "ana");
  await desk.openChannel("payments");
  await desk.type("/ops rollback checkout because checkout fails since 42");
  await desk.message("It needs 2").waitFor();
  await desk.openChannel("platform-approvals");
  await desk.message("waits to be countersigned").getByText("Review and approve").waitFor();
  assert.ok(await page.getByTestId("greeting").isVisible());
  assert.deepEqual(await page.evaluate(coveredIn, ".messages"), []);
  const list = await page.getByTestId("messages").boundingBox();
  assert.ok(list !== null && list.height >= 150, `of the messages ${list?.height} px are seen`);
  await page.getByTestId("compose").click({ trial: true });
});

/** What of a page's elements is needed here. */
interface Shown {
  readonly textContent: string | null;
  readonly scrollHeight: number;
  readonly clientHeight: number;
  scrollTop: number;
  getBoundingClientRect(): Readonly<Record<"left" | "right" | "top" | "bottom", number>>;
  querySelectorAll(selector: string): Iterable<Shown>;
}

/** Runs in the page: scrolls the list from its beginning to its end, and gives the buttons that a label of a day lay over. */
function coveredIn(selector: string): readonly string[] {
  const { document } = globalThis as unknown as { document: { querySelector(selector: string): Shown | null } };
  const list = document.querySelector(selector);
  if (list === null) throw new Error("there is no list of messages");
  const covered = new Set<string>();
  const view = list.getBoundingClientRect();
  for (let top = 0; top <= list.scrollHeight - list.clientHeight; top += 4) {
    list.scrollTop = top;
    for (const label of list.querySelectorAll(".day span")) {
      const over = label.getBoundingClientRect();
      for (const button of list.querySelectorAll("button")) {
        const box = button.getBoundingClientRect();
        const isSeen = box.bottom > view.top && box.top < view.bottom;
        const meets = box.left < over.right && box.right > over.left && box.top < over.bottom && box.bottom > over.top;
        if (isSeen && meets) covered.add(button.textContent ?? "");
      }
    }
  }
  return [...covered];
}
