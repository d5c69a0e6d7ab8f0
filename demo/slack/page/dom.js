// Makes elements from tags, attributes and children; text only ever becomes text nodes, never markup.

/** @typedef {Node | string | null | undefined | false} Child */
/** @typedef {Record<string, unknown>} Props */

/**
 * `class` and any attribute by name; `on` holds listeners by event name; null, undefined and false leave an attribute out.
 * @param {string} tag
 * @param {Props} [props]
 * @param {...(Child | readonly Child[])} children
 * @returns {HTMLElement}
 */
export function el(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) setProp(element, name, value);
  append(element, children);
  return element;
}

/** @param {HTMLElement} element @param {string} name @param {unknown} value */
function setProp(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "on") {
    for (const [event, listener] of Object.entries(/** @type {Record<string, EventListener>} */ (value))) {
      element.addEventListener(event, listener);
    }
    return;
  }
  if (name.startsWith("on")) throw new Error(`${name}: listeners are given in "on"`);
  element.setAttribute(name, value === true ? "" : String(value));
}

/** @param {Node} parent @param {readonly (Child | readonly Child[])[]} children */
export function append(parent, children) {
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    parent.appendChild(typeof child === "string" ? document.createTextNode(child) : child);
  }
}

/** Puts `children` in place of what `parent` held. @param {Element} parent @param {...Child} children */
export function fill(parent, ...children) {
  parent.replaceChildren();
  append(parent, children);
}

/** @param {readonly Child[]} children */
export function fragment(children) {
  const result = document.createDocumentFragment();
  append(result, children);
  return result;
}

/** Draws a part anew and puts the focus back on the control with the same `data-testid`. @param {HTMLElement} host @param {() => void} draw */
export function keepingFocus(host, draw) {
  const held = host.contains(document.activeElement) ? document.activeElement?.getAttribute("data-testid") : null;
  draw();
  if (!held) return;
  const same = host.querySelector(`[data-testid="${CSS.escape(held)}"]`);
  if (same instanceof HTMLElement) same.focus({ preventScroll: true });
}
