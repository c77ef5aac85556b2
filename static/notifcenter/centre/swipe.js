// @ts-check
/** Fingers on the rows: to the left a row is done, to the right it asks until when to snooze. */
import { targetOf } from "../shared/dom.js";
import { translate } from "../shared/i18n.js";
import { snooze } from "./row-tools.js";
import { perform, verbFor } from "./verbs.js";

/** So far a finger moves before it swipes, and so far before that counts; in pixels. */
const BEGINS = 12;
const COUNTS = 88;

/** @typedef {{row: HTMLElement, item: NC.Item, x: number, y: number, by: number}} Swipe */

/** @param {import("./inbox-rows.js").InboxRows} rows */
export function watchSwipes(rows) {
  /** @type {Swipe | null} */
  let swipe = null;
  const { element } = rows;
  element.addEventListener("pointerdown", (event) => {
    const row = /** @type {HTMLElement | null} */ (targetOf(event).closest(".nc-row"));
    const item = row && rows.find(row.dataset.id ?? "")?.item;
    swipe = event.pointerType === "touch" && item ? { row, item, x: event.clientX, y: event.clientY, by: 0 } : null;
  });
  element.addEventListener("pointermove", (event) => {
    if (swipe) move(swipe, event);
  });
  for (const name of /** @type {const} */ (["pointerup", "pointercancel"])) {
    element.addEventListener(name, () => {
      if (swipe) end(swipe, name === "pointerup");
      swipe = null;
    });
  }
}

/** @param {Swipe} swipe @param {PointerEvent} event */
function move(swipe, event) {
  const [x, y] = [event.clientX - swipe.x, event.clientY - swipe.y];
  if (!swipe.by && (Math.abs(x) < BEGINS || Math.abs(x) < Math.abs(y))) return;
  if (!swipe.by) swipe.row.setPointerCapture(event.pointerId);
  swipe.by = x;
  const word = x < 0 ? `${verbFor("done", swipe.item)}It` : `${verbFor("snooze", swipe.item)}It`;
  swipe.row.setAttribute("data-nc-swipe", translate(word));
  swipe.row.classList.toggle("nc-swiped-right", x > 0);
  swipe.row.classList.toggle("nc-swiped-far", Math.abs(x) >= COUNTS);
  swipe.row.style.transform = `translateX(${x}px)`;
}

/** @param {Swipe} swipe @param {boolean} isLifted */
function end({ row, item, by }, isLifted) {
  if (!by) return;
  row.style.transform = "";
  row.removeAttribute("data-nc-swipe");
  row.classList.remove("nc-swiped-right", "nc-swiped-far");
  row.addEventListener("click", swallow, { capture: true });
  setTimeout(() => row.removeEventListener("click", swallow, { capture: true }), 50);
  if (!isLifted || Math.abs(by) < COUNTS) return;
  const verb = verbFor(by < 0 ? "done" : "snooze", item);
  if (verb === "snooze") snooze([item], row);
  else perform(verb, [item]);
}

/** @param {Event} event the click that a browser makes of a swipe */
function swallow(event) {
  event.preventDefault();
  event.stopPropagation();
}
