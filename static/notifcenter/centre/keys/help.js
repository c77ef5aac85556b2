// @ts-check
/** The table of the keys. */
import { SHAPES, iconButton, make } from "../../shared/dom.js";
import { translate } from "../../shared/i18n.js";

/** @type {[keys: string[], word: string][]} */
const KEYS = [
  [["j", "↓"], "keyNext"],
  [["k", "↑"], "keyBefore"],
  [["Enter"], "keyOpen"],
  [["x"], "keySelect"],
  [["e"], "keyDone"],
  [["p"], "keyPin"],
  [["s"], "keySnooze"],
  [["m"], "keyRead"],
  [["Delete"], "keyDelete"],
  [["z"], "keyUndo"],
  [["/"], "keySearch"],
  [["g", "n"], "keyCentre"],
  [["?"], "keyHelp"],
  [["Esc"], "keyClose"],
];

/** Show the table, or take it away. */
export function toggleKeysHelp() {
  const open = /** @type {HTMLDialogElement | null} */ (document.querySelector("dialog.nc-keys"));
  if (open) return open.close();
  const rows = KEYS.map(([keys, word]) => make("tr", {}, make("th", { scope: "row" }, ...keys.flatMap((key) => [make("kbd", {}, key), " "])), make("td", {}, translate(word))));
  const close = iconButton(SHAPES.close, translate("close"), () => dialog.close());
  const dialog = make("dialog", { class: "nc-keys", "aria-label": translate("keysTitle") }, make("div", { class: "nc-keys-head" }, make("h2", {}, translate("keysTitle")), close), make("table", {}, ...rows));
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("keydown", (event) => onKey(event, dialog));
  document.body.append(dialog);
  dialog.showModal();
}

/** @param {KeyboardEvent} event @param {HTMLDialogElement} dialog */
function onKey(event, dialog) {
  event.stopPropagation();
  if (event.key === "?") dialog.close();
}
