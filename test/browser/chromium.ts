// Opens Debian's chromium for the browser tests; when it is missing, says how to get it.
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Throws a sentence that says how to get chromium, since a tier that cannot run has failed. */
export async function openChromium(): Promise<Browser> {
  const named = process.env.CHROMIUM;
  const executablePath = named ?? places.find((place) => existsSync(place));
  if (executablePath === undefined || !existsSync(executablePath))
    throw new Error(
      `The browser tests need chromium, and there is none at ${named ?? places.join(", ")}. ` +
        "Get it with apt-get install chromium, or name one in the variable CHROMIUM.",
    );
  // As root, as in most containers, chromium starts only without its sandbox; the page is our own, on this machine.
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}
