// Images: those of this server are shown; others become a link, because the page works without a network.
import { el } from "../dom.js";
import { safeHref } from "../text/links.js";
import { textObject } from "../text/mrkdwn.js";

/** @typedef {import("./context.js").BlockContext} BlockContext */
/** @typedef {import("./view-state.js").Loose} Loose */

/** @param {Loose} image a block or an element @param {BlockContext} context */
export function drawImage(image, context) {
  const alt = image.alt_text ?? "image";
  const title = image.title === undefined ? null : el("figcaption", {}, textObject(image.title, context.app.names()));
  return el("figure", { class: "image" }, title, picture(image.image_url ?? "", alt));
}

/** @param {string} address @param {string} alt */
function picture(address, alt) {
  if (isLocal(address)) return el("img", { src: address, alt });
  const href = safeHref(address);
  const label = `🖼 ${alt}`;
  return href === null
    ? el("span", { class: "image-alt" }, label)
    : el("a", { class: "image-alt", href, target: "_blank", rel: "noopener noreferrer" }, label);
}

/** @param {string} address */
function isLocal(address) {
  if (/^data:image\/(png|jpeg|gif|webp);base64,/.test(address)) return true;
  return URL.canParse(address, location.href) && new URL(address, location.href).origin === location.origin;
}
