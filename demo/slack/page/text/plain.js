// Reads a plain_text object: characters, line breaks and emoji shortcodes, nothing else.
import { EMOJI } from "./emoji.js";

/** @typedef {import("./tree.d.ts").TextNode} TextNode */

/** @param {string} text @returns {TextNode[]} */
export function parsePlain(text) {
  return text.split(/(\n|:[a-z0-9_+-]{1,64}:)/).flatMap((piece) => pieceNodes(piece));
}

/** @param {string} piece @returns {TextNode[]} */
function pieceNodes(piece) {
  if (piece === "") return [];
  if (piece === "\n") return [{ kind: "break" }];
  const name = /^:(.+):$/.exec(piece)?.[1];
  if (name !== undefined && Object.hasOwn(EMOJI, name)) return [{ kind: "emoji", name, glyph: EMOJI[name] ?? "" }];
  return [{ kind: "text", text: piece }];
}
