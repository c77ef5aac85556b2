// @ts-check
/** In which corner popups stand: the chosen one, but never over what the person just used. */
import { targetOf } from "../shared/dom.js";
import { translate } from "../shared/i18n.js";
import { session } from "../shared/session.js";

/** How far the stack stands from the edges; from the upper one below the head of the page. */
const EDGE = 16;
const HEAD = 64;
/** An answer that is still empty will take so much room, in pixels. */
const ANSWER = 96;
const OURS = "#popups_inbox, .nc-panel, .nc-bar";
const CONTROLS = "a, button, input, select, textarea, summary, label";
const ANSWERS = "[role=status], [role=alert], [aria-live]";

/** @typedef {{top: number, bottom: number, left: number, right: number}} Box */

/** @type {Element | null} */
let used = null;

/**
 * Keep the stack where it belongs; gives what puts it there anew.
 * @param {import("../shared/corner.js").Corner} corner
 */
export function keepInCorner(corner) {
  for (const name of ["pointerdown", "keydown", "focusin"]) {
    document.addEventListener(name, (event) => {
      const target = targetOf(event);
      if (!(target instanceof Element) || target.closest(OURS)) return;
      used = target.closest(CONTROLS);
      if (name === "focusin") place();
    }, true);
  }
  return place;

  function place() {
    const { element, stack } = corner;
    const wanted = session.page?.centre?.popup_corner ?? "bottom-left";
    const chosen = stack.childElementCount ? free(wanted, element) : wanted;
    element.setAttribute("role", "region");
    element.setAttribute("aria-label", translate("notifications"));
    element.classList.toggle("nc-at-top", chosen.startsWith("top"));
    element.classList.toggle("nc-at-right", chosen.endsWith("right"));
  }
}

/**
 * The corner that is wanted, else the next one where nothing in use is covered.
 * @param {string} wanted @param {HTMLElement} element
 */
function free(wanted, element) {
  const [vertical, horizontal] = wanted.split("-");
  const [other, beside] = [vertical === "top" ? "bottom" : "top", horizontal === "left" ? "right" : "left"];
  const corners = [wanted, `${vertical}-${beside}`, `${other}-${horizontal}`, `${other}-${beside}`];
  const taken = inUse();
  return corners.find((corner) => !taken.some((box) => overlaps(box, boxAt(corner, element)))) ?? wanted;
}

/** What the person just used, and where its answer appears. @returns {Box[]} */
function inUse() {
  if (!used?.isConnected) return [];
  const place = used.closest("form, section, fieldset, tr, li");
  const answers = place ? [...place.querySelectorAll(ANSWERS)] : [];
  return [...boxesOf(used), ...answers.flatMap(boxesOf).map((box) => ({ ...box, bottom: Math.max(box.bottom, box.top + ANSWER) }))];
}

/** @param {Element} element @returns {Box[]} */
function boxesOf(element) {
  const box = element.getBoundingClientRect();
  return box.width ? [box] : [];
}

/** @param {string} corner @param {HTMLElement} element @returns {Box} */
function boxAt(corner, element) {
  const { clientWidth, clientHeight } = document.documentElement;
  const { offsetWidth: width, offsetHeight: height } = element;
  const left = corner.endsWith("left") ? EDGE : clientWidth - EDGE - width;
  const top = corner.startsWith("top") ? HEAD : clientHeight - EDGE - height;
  return { left, right: left + width, top, bottom: top + height };
}

/** @param {Box} one @param {Box} other */
const overlaps = (one, other) => one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
