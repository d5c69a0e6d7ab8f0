// Pages for people: plain HTML for a phone, without scripts, that no other page may frame and nothing may keep.
import { createHash } from "node:crypto";
import type { WebResponse } from "../route.ts";

export interface Page {
  readonly title: string;
  readonly lines: readonly string[];
  /** Shown whole, in fixed width, to be copied. */
  readonly file?: { readonly name: string; readonly text: string };
  /** A way on: a link, or a form that is sent by its button. */
  readonly action?:
    | { readonly kind: "link"; readonly href: string; readonly label: string }
    | {
        readonly kind: "form";
        readonly path: string;
        readonly label: string;
        readonly fields: Readonly<Record<string, string>>;
      };
}

const style =
  "body{font:18px/1.5 system-ui,sans-serif;max-width:34em;margin:2em auto;padding:0 1em;color:#1d1c1d;background:#fff;overflow-wrap:anywhere}" +
  "h1{font-size:1.3em}h2{font-size:1em}.go{display:inline-block;font:inherit;font-weight:600;padding:.7em 1.1em;border:0;border-radius:.4em;background:#0b5d3b;color:#fff;text-decoration:none}" +
  "pre{font:13px/1.4 ui-monospace,monospace;white-space:pre-wrap;padding:1em;border:1px solid #8888}" +
  "@media(prefers-color-scheme:dark){body{color:#eee;background:#1a1d21}}";

const styleHash = createHash("sha256").update(style).digest("base64");

/** Cookies, addresses with codes and secrets pass here: nothing is kept, framed, guessed at or told to the next site. */
export const pageHeaders: Readonly<Record<string, string>> = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "content-security-policy": `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "cross-origin-opener-policy": "same-origin",
};

export function page(
  status: number,
  { title, lines, file, action }: Page,
  headers: WebResponse["headers"] = {},
): WebResponse {
  const body = [
    "<!doctype html>",
    '<html lang="en">',
    '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(title)} · Countersign</title><style>${style}</style></head>`,
    `<body><main><h1>${escaped(title)}</h1>`,
    ...lines.map((line) => `<p>${escaped(line)}</p>`),
    file === undefined ? "" : `<h2>${escaped(file.name)}</h2>\n<pre>${escaped(file.text)}</pre>`,
    action === undefined ? "" : actionHtml(action),
    "</main></body></html>",
    "",
  ].join("\n");
  return { status, headers: { ...pageHeaders, ...headers }, body };
}

/** See Other: whatever the method was, the browser asks for the next page with GET. */
export function sendTo(url: string, headers: WebResponse["headers"] = {}): WebResponse {
  return { status: 303, headers: { ...pageHeaders, ...headers, location: url }, body: "" };
}

function actionHtml(action: NonNullable<Page["action"]>): string {
  const label = escaped(action.label);
  if (action.kind === "link")
    return `<p><a class="go" rel="noreferrer" href="${escaped(action.href)}">${label}</a></p>`;
  const fields = Object.entries(action.fields).map(
    ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
  );
  return `<form method="post" action="${escaped(action.path)}">${fields.join("")}<button class="go">${label}</button></form>`;
}

/** For text and for quoted attributes alike. */
export function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
