// What every browser test begins with: a fresh clone, its demo, and chromium on its page.
import { mkdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { openChromium } from "./chromium.ts";
import { type DemoProcess, startDemoProcess } from "./demo-process.ts";
import { Desk, type PersonName } from "./desk.ts";
import { type FreshClone, freshClone } from "./fresh-clone.ts";

const pictures = fileURLToPath(new URL("./out/", import.meta.url));

export interface Stage {
  readonly demo: DemoProcess;
  readonly clone: FreshClone;
  /** A new browser window of its own, as that person. */
  desk(prefix: string, name: PersonName, screen?: "desktop" | "phone"): Promise<Desk>;
  close(): Promise<void>;
}

const screens = {
  desktop: { viewport: { width: 1280, height: 860 } },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
} as const;

export async function openStage(): Promise<Stage> {
  rmSync(pictures, { recursive: true, force: true });
  mkdirSync(pictures, { recursive: true });
  // First, since a machine without chromium should hear of it before anything is installed.
  const browser = await openChromium();
  const closing: (() => Promise<void> | void)[] = [() => browser.close()];
  const close = async (): Promise<void> => {
    for (const step of closing.splice(0).toReversed()) await step();
  };
  try {
    const clone = await freshClone();
    closing.push(() => clone.remove());
    const demo = await startDemoProcess({
      command: "npm",
      args: ["run", "demo", "--", "--port", "0", "--fresh"],
      directory: clone.directory,
      env: clone.env,
      withinMs: 60_000,
    });
    closing.push(async () => {
      await demo.stop();
    });
    return { demo, clone, desk: (prefix, name, screen) => openDesk(browser, demo, { prefix, name, screen }), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openDesk(
  browser: Browser,
  demo: DemoProcess,
  of: { readonly prefix: string; readonly name: PersonName; readonly screen: "desktop" | "phone" | undefined },
): Promise<Desk> {
  const context = await browser.newContext(screens[of.screen ?? "desktop"]);
  const desk = new Desk(await context.newPage(), { folder: pictures, prefix: of.prefix });
  await desk.open(demo.pageUrl, of.name);
  return desk;
}
