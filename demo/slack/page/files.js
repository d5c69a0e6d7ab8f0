// Files under a message: a card with name and size, a folded preview of text, pictures as pictures.
import { fetchText } from "./api.js";
import { el, fill } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {import("../page-protocol.ts").PageFile} PageFile */

const PREVIEW_LINES = 8;
const PREVIEW_BYTES = 1_000_000;
const TEXT = /^text\/|json|yaml|xml|javascript/;
const TEXT_NAME = /\.(ya?ml|json|txt|log|diff|patch|md|csv|toml|ini|conf|sh|ts|js|html)$/i;

/** @param {PageFile} file */
export function drawFile(file) {
  if (file.mimetype.startsWith("image/")) {
    return el(
      "figure",
      { class: "file-image", "data-file-id": file.id },
      el("figcaption", {}, file.name),
      el("img", { src: file.href, alt: file.title || file.name }),
    );
  }
  const open = el(
    "a",
    { class: "icon-button", href: file.href, download: file.name, "aria-label": `Download ${file.name}` },
    icon("download"),
  );
  const head = el(
    "div",
    { class: "file-head" },
    icon("file"),
    el(
      "span",
      { class: "file-name" },
      el("a", { href: file.href, target: "_blank", rel: "noopener" }, file.title || file.name),
      el(
        "span",
        { class: "muted" },
        `${file.title && file.title !== file.name ? `${file.name} · ` : ""}${sizeText(file.size)}`,
      ),
    ),
    open,
  );
  const box = el("div", { class: "file", "data-file-id": file.id, "data-testid": `file-${file.name}` }, head);
  const isText = TEXT.test(file.mimetype) || TEXT_NAME.test(file.name);
  if (isText && file.size <= PREVIEW_BYTES) box.appendChild(preview(file));
  return box;
}

/** @param {number} bytes */
export function sizeText(bytes) {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** What was fetched once, by address: files do not change. @type {Map<string, Promise<string>>} */
const fetched = new Map();
/** @type {Set<string>} */
const unfolded = new Set();

/** @param {PageFile} file */
function preview(file) {
  const box = el("div", { class: "file-preview" });
  const text = fetched.get(file.href) ?? fetchText(file.href);
  fetched.set(file.href, text);
  text.then(
    (content) => drawPreview(box, file, content),
    (error) => fill(box, el("p", { class: "muted" }, `No preview: ${error.message}`)),
  );
  return box;
}

/** @param {HTMLElement} box @param {PageFile} file @param {string} content */
function drawPreview(box, file, content) {
  const lines = content.replace(/\n$/, "").split("\n");
  const open = unfolded.has(file.id);
  const isDiff = /\.(diff|patch)$/i.test(file.name) || /^(---|diff) /.test(content);
  const shown = open ? lines : lines.slice(0, PREVIEW_LINES);
  const toggle = () => {
    if (open) unfolded.delete(file.id);
    else unfolded.add(file.id);
    drawPreview(box, file, content);
  };
  fill(
    box,
    el(
      "div",
      { class: "file-lines", tabindex: "0", role: "region", "aria-label": `Content of ${file.name}` },
      shown.map((line, index) => el("div", { class: lineClass(line, isDiff), "data-line": index + 1 }, line)),
    ),
    lines.length > PREVIEW_LINES
      ? el(
          "button",
          { class: "as-link file-more", type: "button", "aria-expanded": String(open), on: { click: toggle } },
          open ? "Show less" : `Show all ${lines.length} lines`,
        )
      : null,
  );
}

/** @param {string} line @param {boolean} isDiff */
function lineClass(line, isDiff) {
  if (!isDiff) return "line";
  if (line.startsWith("@@")) return "line line-hunk";
  if (line.startsWith("+") && !line.startsWith("+++")) return "line line-added";
  return line.startsWith("-") && !line.startsWith("---") ? "line line-removed" : "line";
}
