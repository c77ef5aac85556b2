// @ts-check
/** A page's elements, made without markup in strings. */

const PATHS = {
  bell: "M6 10a6 6 0 0 1 12 0c0 5 2 6 2 7H4c0-1 2-2 2-7M10 20a2.2 2.2 0 0 0 4 0",
  close: "M6 6l12 12M18 6 6 18",
  check: "M5 12.5l4.500 4.500L19 7.500",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  why: "M12 3a9 9 0 1 0 .1 0zM9.500 9.500c0-3.500 5-3.300 5-.3 0 2-2.500 2-2.500 4M12 16.500v.1",
  gear: "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.800v4.400M9 14.800v4.400",
};

/** @typedef {keyof typeof PATHS} Icon */

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

/** @param {Icon} name */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("nc-icon");
  svg.append(path);
  return svg;
}

/**
 * A button with an icon, named for those who do not see it.
 * @param {Icon} name @param {string} label @param {(event: MouseEvent) => void} onclick
 */
export function iconButton(name, label, onclick, className = "nc-tool") {
  return make("button", { type: "button", class: className, "aria-label": label, title: label, onclick }, icon(name));
}

/**
 * The element that an event happened to.
 * @param {Event} event
 */
export const targetOf = (event) => /** @type {Element} */ (event.target);

/**
 * Whether a click belongs to a link or control inside, not to what surrounds it.
 * @param {Event} event @param {Element} within
 */
export function isControl(event, within) {
  const control = targetOf(event).closest("a, button, input, select, textarea, label, audio");
  return control !== null && within.contains(control);
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
