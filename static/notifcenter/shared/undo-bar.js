// @ts-check
/** The bar at the bottom: what was done, with an undo, or what failed. */
import { reasonOf } from "./api.js";
import { make } from "./dom.js";
import { translate } from "./i18n.js";

const UNDO_MS = 10_000;
const ERROR_MS = 6000;

/** @type {{bar: HTMLElement, timer: number} | null} */
let shown = null;

/**
 * Offer an undo for ten seconds.
 * @param {string} text @param {(() => unknown) | null} undo null where there is nothing to undo
 */
export function offerUndo(text, undo) {
  const button = undo && make("button", { type: "button", class: "nc-link", onclick: () => close(undo) }, translate("undo"));
  show(make("div", { class: "nc-bar", role: "status" }, text, button), UNDO_MS);
}

/** @param {unknown} error */
export function showFailure(error) {
  show(make("div", { class: "nc-bar nc-bad", role: "alert" }, translate("undone", { why: reasonOf(error) })), ERROR_MS);
}

/** @param {HTMLElement} bar in place of the one that is there @param {number} lifetime in milliseconds */
function show(bar, lifetime) {
  close();
  shown = { bar, timer: setTimeout(() => close(), lifetime) };
  document.body.append(bar);
}

/** @param {() => unknown} [then] */
function close(then) {
  clearTimeout(shown?.timer);
  shown?.bar.remove();
  shown = null;
  then?.();
}
