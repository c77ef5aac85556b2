// @ts-check
/** The bar at the bottom: what was done, with an undo, or what failed. */
import { reasonOf } from "./api.js";
import { make } from "./dom.js";
import { translate } from "./i18n.js";

const UNDO_MS = 10_000;
const ERROR_MS = 6000;

/** @type {{commit: () => void, bar: HTMLElement, timer: number} | null} */
let offer = null;

// At pagehide a service worker no longer passes requests on, so what waits leaves with the first sign of going.
for (const sign of ["beforeunload", "pagehide"]) addEventListener(sign, () => commitOffer());

/**
 * Offer an undo for ten seconds; `commit` runs when nobody wanted it.
 * @param {string} text @param {() => void} undo
 */
export function offerUndo(text, undo, commit = () => {}) {
  commitOffer();
  const button = make("button", { type: "button", class: "nc-link", onclick: () => close(undo) }, translate("undo"));
  const bar = make("div", { class: "nc-bar", role: "status" }, text, button);
  offer = { bar, commit: () => close(commit), timer: setTimeout(commitOffer, UNDO_MS) };
  document.body.append(bar);
}

/** @param {unknown} error */
export function showFailure(error) {
  commitOffer();
  const bar = make("div", { class: "nc-bar nc-bad", role: "alert" }, translate("undone", { why: reasonOf(error) }));
  document.body.append(bar);
  setTimeout(() => bar.remove(), ERROR_MS);
}

function commitOffer() {
  offer?.commit();
}

/** @param {() => void} then */
function close(then) {
  clearTimeout(offer?.timer);
  offer?.bar.remove();
  offer = null;
  then();
}
