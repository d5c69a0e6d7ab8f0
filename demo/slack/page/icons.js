// The page's few line icons, as paths on a 20 by 20 grid.

const PATHS = {
  reply: "M4 4h12v9H9l-4 3v-3H4z",
  more: "M5 10h.01M10 10h.01M15 10h.01",
  smile: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14M7.5 8.2h.01M12.5 8.2h.01M7 11.5c1.5 2.4 4.500 2.400 6 0",
  close: "M5 5l10 10M15 5L5 15",
  back: "M12 4l-6 6 6 6",
  plus: "M10 4v12M4 10h12",
  send: "M4 16l13-6L4 4v4.600l7 1.400-7 1.400z",
  slash: "M12.500 3.500l-5 13",
  at: "M13 10a3 3 0 1 1-6 0 3 3 0 0 1 6 0v1.200a2 2 0 0 0 4 0V10a7 7 0 1 0-3 5.700",
  lock: "M6 9V7a4 4 0 0 1 8 0v2M5 9h10v8H5z",
  menu: "M3 5h14M3 10h14M3 15h14",
  pin: "M8 3h5l-1 5 3 3H5l3-3zM10 11v6",
  bookmark: "M6 3h8v14l-4-3-4 3z",
  file: "M5 2h7l4 4v12H5zM12 2v4h4",
  download: "M10 3v9M6 9l4 4 4-4M4 17h12",
  eye: "M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5M12 10a2 2 0 1 1-4 0 2 2 0 0 1 4 0",
  edit: "M4 16l1-4 8-8 3 3-8 8zM12 5l3 3",
  bolt: "M11 2L4 11h5l-1 7 7-9h-5z",
  columns: "M3 4h14v12H3zM10 4v12",
  sparkle: "M10 2l2 6 6 2-6 2-2 6-2-6-6-2 6-2z",
  home: "M3 9l7-6 7 6v8h-5v-5H8v5H3z",
};

/** @typedef {keyof typeof PATHS} IconName */

/** Decoration only: the control around it carries the name. @param {IconName} name */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.appendChild(path);
  return svg;
}
