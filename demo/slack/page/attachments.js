// Files waiting in a compose box: chosen, dropped or pasted; long pasted text is offered as a snippet.
import { upload } from "./api.js";
import { el, fill } from "./dom.js";
import { sizeText } from "./files.js";
import { icon } from "./icons.js";
import { toast } from "./toast.js";

/** @typedef {import("../page-protocol.ts").PageFile} PageFile */

const SNIPPET_LINES = 8;
const SNIPPET_CHARACTERS = 1500;

/** @param {import("./app.js").App} app @param {HTMLTextAreaElement} box @param {() => void} onChange */
export function createAttachments(app, box, onChange) {
  /** @type {PageFile[]} */
  let files = [];
  let uploading = 0;
  /** @type {{ readonly text: string } | null} */
  let pasted = null;
  const element = el("div", { class: "attachments", "data-testid": "attachments" });
  const input = /** @type {HTMLInputElement} */ (
    el("input", { type: "file", multiple: true, hidden: true, "data-testid": "file-chooser" })
  );
  element.appendChild(input);
  input.addEventListener("change", () => {
    for (const file of input.files ?? []) void add(file.name, file);
    input.value = "";
  });

  /** @param {string} name @param {Blob} content */
  async function add(name, content) {
    uploading += 1;
    draw();
    try {
      files = [...files, await upload(app.store.state.me.id, name, content)];
    } catch (error) {
      toast(`${name} was not uploaded: ${error instanceof Error ? error.message : error}`);
    }
    uploading -= 1;
    draw();
  }

  /** The text leaves the box and becomes a file. @param {string} text */
  function toSnippet(text) {
    pasted = null;
    box.value = box.value.replace(text, "");
    void add(snippetName(text), new Blob([text], { type: "text/plain" }));
    box.focus();
  }

  function draw() {
    const chip = (/** @type {PageFile} */ file) =>
      el(
        "span",
        { class: "attachment", "data-file-id": file.id },
        icon("file"),
        el("span", {}, file.name),
        el("span", { class: "muted" }, sizeText(file.size)),
        el(
          "button",
          {
            class: "icon-button",
            type: "button",
            "aria-label": `Remove ${file.name}`,
            on: {
              click: () => {
                files = files.filter((one) => one !== file);
                draw();
              },
            },
          },
          icon("close"),
        ),
      );
    const long = pasted;
    const offer =
      long === null
        ? null
        : el(
            "button",
            {
              class: "attachment as-offer",
              type: "button",
              "data-testid": "as-snippet",
              on: { click: () => toSnippet(long.text) },
            },
            `Send the ${long.text.split("\n").length} pasted lines as a snippet`,
          );
    fill(
      element,
      input,
      ...files.map(chip),
      uploading > 0 ? el("span", { class: "muted" }, "Uploading…") : null,
      offer,
    );
    onChange();
  }

  box.addEventListener("paste", (event) => {
    const dropped = [...(event.clipboardData?.files ?? [])];
    for (const file of dropped) void add(file.name, file);
    if (dropped.length > 0) return event.preventDefault();
    const text = (event.clipboardData?.getData("text/plain") ?? "").replaceAll("\r\n", "\n");
    if (text.split("\n").length < SNIPPET_LINES && text.length < SNIPPET_CHARACTERS) return;
    pasted = { text };
    draw();
  });
  box.addEventListener("dragover", (event) => event.preventDefault());
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    for (const file of event.dataTransfer?.files ?? []) void add(file.name, file);
  });
  box.addEventListener("input", () => {
    if (pasted === null || box.value.includes(pasted.text)) return;
    pasted = null;
    draw();
  });

  return {
    element,
    ready: () => files,
    busy: () => uploading > 0,
    choose: () => input.click(),
    /** @param {readonly PageFile[]} next */
    set: (next) => {
      files = [...next];
      pasted = null;
      draw();
    },
  };
}

/** @param {string} text */
function snippetName(text) {
  if (/^(apiVersion|kind|---)\b|^---$/m.test(text)) return "manifest.yaml";
  if (/^(diff |--- |@@ )/m.test(text)) return "changes.diff";
  return /^\s*[[{]/.test(text) ? "snippet.json" : "snippet.txt";
}
