// @ts-check
/** A page's elements, made without markup in strings. */

/** What every page draws, as a path in a square of 24; the centre's are in its own file. */
export const SHAPES = {
  bell: "M6 10a6 6 0 0 1 12 0c0 5 2 6 2 7H4c0-1 2-2 2-7M10 20a2.2 2.2 0 0 0 4 0",
  close: "M6 6l12 12M18 6 6 18",
};

/** @type {NC.Make} */
export function make(tag, traits = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(traits)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (value !== false && value != null) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flatMap((child) => child ?? []));
  return element;
}

/** @param {string} shape a path in a square of 24 */
export function icon(shape) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", shape);
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("nc-icon");
  svg.append(path);
  return svg;
}

/**
 * A button with an icon, named for those who do not see it.
 * @param {string} shape @param {string} label @param {(event: MouseEvent) => void} onclick
 */
export function iconButton(shape, label, onclick, className = "nc-tool") {
  return make("button", { type: "button", class: className, "aria-label": label, title: label, onclick }, icon(shape));
}

/**
 * The element that an event happened to.
 * @param {Event} event
 */
export const targetOf = (event) => /** @type {Element} */ (event.target);

/**
 * Whether a click belongs to a link or control inside, not to what surrounds it; also where the click drew it anew.
 * @param {Event} event @param {Element} within
 */
export function isControl(event, within) {
  const path = event.composedPath();
  return path.slice(0, path.indexOf(within)).some((part) => part instanceof Element && part.matches("a, button, input, select, textarea, label, audio"));
}

/**
 * Load a style sheet, where the page does not have it yet.
 * @param {URL} address
 */
export async function loadStyles({ href }) {
  if ([...document.styleSheets].some((sheet) => sheet.href === href)) return;
  const link = make("link", { rel: "stylesheet", href });
  const loaded = new Promise((resolve) => (link.onload = link.onerror = resolve));
  document.head.append(link);
  await loaded;
}
