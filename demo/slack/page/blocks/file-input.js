// A file input of a modal: uploads at once, lists what was uploaded, and lets one remove it again.
import { upload } from "../api.js";
import { el, fill } from "../dom.js";
import { toast } from "../toast.js";
import { answered, answerOf } from "./context.js";

/** @typedef {import("./context.js").BlockContext} BlockContext */
/** @typedef {import("./view-state.js").Loose} Loose */

/** @param {Loose} element @param {Loose} block @param {BlockContext} context */
export function drawFileInput(element, block, context) {
  const most = element.max_files ?? 10;
  const types = (element.filetypes ?? []).map((/** @type {string} */ type) => `.${type}`).join(",");
  const files = () => /** @type {readonly Loose[]} */ (answerOf(block, element, context) ?? []);
  const keep = (/** @type {readonly Loose[]} */ answer) => {
    answered(block, element, { context, answer, control: null, when: "change" });
    drawList();
  };
  const add = async () => {
    for (const file of [...(input.files ?? [])].slice(0, most - files().length)) {
      try {
        keep([...files(), await upload(context.app.store.state.me.id, file.name, file)]);
      } catch (error) {
        toast(`${file.name} was not uploaded: ${error instanceof Error ? error.message : error}`);
      }
    }
    input.value = "";
  };
  const input = /** @type {HTMLInputElement} */ (
    el("input", {
      type: "file",
      accept: types === "" ? null : types,
      multiple: most > 1,
      on: { change: () => void add() },
    })
  );
  const list = el("ul", { class: "file-list" });
  const drawList = () => {
    const rows = files().map((file) =>
      el(
        "li",
        {},
        `${file.name} `,
        el(
          "button",
          { class: "as-link", type: "button", on: { click: () => keep(files().filter((one) => one.id !== file.id)) } },
          "Remove",
        ),
      ),
    );
    fill(list, ...rows);
  };
  drawList();
  return el("div", { class: "file-input" }, input, list);
}
