// Plain pages for the two local sign-ins: no script, readable on a phone, every word escaped.
import type { ServerResponse } from "node:http";

/** HTML that is safe to put into HTML. */
export interface Html {
  readonly html: string;
}

type Part = string | number | Html | readonly Html[];

/** Escapes what is put in; what is HTML already, or a list of it, goes in as it is. */
export function html(words: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: words.map((word, index) => (index === 0 ? word : asHtml(parts[index - 1]) + word)).join("") };
}

function asHtml(part: Part | undefined): string {
  if (part === undefined) return "";
  if (typeof part === "object") return "html" in part ? part.html : part.map((one) => one.html).join("");
  return String(part)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

const style = `
:root { color-scheme: light; font: 17px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
body { margin: 0; background: #f4f4f5; color: #1d1c1d; }
main { max-width: 26rem; margin: 2rem auto; padding: 1.5rem; background: #fff; border: 1px solid #ddd; border-radius: 10px; }
@media (max-width: 30rem) { main { margin: 0; border: 0; border-radius: 0; min-height: 100vh; box-sizing: border-box; } }
h1 { font-size: 1.35rem; line-height: 1.3; margin: 0 0 .5rem; }
p { margin: .5rem 0; }
.quiet { color: #5a5a5c; font-size: .9rem; }
form { margin: 1rem 0 0; }
button { display: block; width: 100%; min-height: 48px; margin: .5rem 0; padding: .5rem 1rem; font: inherit; text-align: left;
  color: inherit; background: #fff; border: 1px solid #8a8a8d; border-radius: 8px; cursor: pointer; }
button.first { color: #fff; border-color: transparent; background: var(--accent); font-weight: 600; }
button small { display: block; font-weight: 400; opacity: .85; }
button:hover { filter: brightness(.96); }
button:focus-visible { outline: 3px solid #1264a3; outline-offset: 2px; }
`;

export interface Page {
  readonly status: number;
  readonly title: string;
  /** CSS colour of the first button: what tells the two sign-ins apart. */
  readonly accent: string;
  readonly body: Html;
}

/**
 * No `form-action` in the policy: browsers hold it against the redirect that follows a form, which leads to the bot. Not
 * `no-referrer`: with it chromium sends `Origin: null` with the page's own forms, and they would not be known as its own.
 */
export function sendPage(response: ServerResponse, page: Page): void {
  const whole = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.title}</title>
<style>${{ html: `:root { --accent: ${page.accent}; }${style}` }}</style>
</head>
<body>
<main>
<h1>${page.title}</h1>
${page.body}
</main>
</body>
</html>
`;
  response.writeHead(page.status, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
  });
  response.end(whole.html);
}

export function redirect(response: ServerResponse, to: URL | string): void {
  response.writeHead(303, { location: String(to), "cache-control": "no-store", "referrer-policy": "same-origin" });
  response.end();
}
