// @ts-check
/** The keyboard in a list: it walks the rows, and reads, deletes or opens the one with the focus. */
import { targetOf } from "../shared/dom.js";
import { remove, setRead } from "../shared/inbox-changes.js";
import { openItem } from "./row.js";

/** By physical key, which is the same on every layout, or by name. */
const STEPS = new Map([["KeyJ", 1], ["ArrowDown", 1], ["KeyK", -1], ["ArrowUp", -1]]);

export class Keyboard {
  /** @param {import("./inbox-rows.js").InboxRows} rows */
  constructor(rows) {
    this.rows = rows;
    rows.element.addEventListener("focusin", (event) => this.#makeReachable(targetOf(event).closest(".nc-row")));
  }

  /** Let the tab key reach the list: one row is always in its order. */
  ensureReachable() {
    if (!this.rows.element.querySelector('.nc-row[tabindex="0"]')) this.#makeReachable(this.rows.element.querySelector(".nc-row"));
  }

  /**
   * Move the focus on from a row that goes.
   * @param {Element | null} row
   */
  leave(row) {
    if (!row?.contains(document.activeElement)) return;
    const rows = this.#drawn();
    const at = rows.findIndex((other) => other === row);
    (rows[at + 1] ?? rows[at - 1])?.focus();
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const target = targetOf(event);
    if (event.ctrlKey || event.altKey || event.metaKey || target.closest("input, select, textarea, [contenteditable]")) return;
    const row = /** @type {HTMLElement | null} */ (target.closest(".nc-row"));
    const action = this.#walk(event, row) ?? this.#act(event, row);
    if (!action) return;
    action();
    event.preventDefault();
  }

  /** @param {KeyboardEvent} event @param {HTMLElement | null} row */
  #walk(event, row) {
    const step = STEPS.get(event.code) ?? STEPS.get(event.key);
    return step && (() => this.#focusFrom(row, step));
  }

  /** @param {KeyboardEvent} event @param {HTMLElement | null} row */
  #act(event, row) {
    const item = row && this.rows.find(row.dataset.id ?? "")?.item;
    if (!item) return null;
    if (event.code === "KeyM") return () => setRead([item], !item.is_read);
    if (event.key === "Delete") return () => remove([item]);
    return event.key === "Enter" && event.target === row ? () => openItem(item) : null;
  }

  /** @param {HTMLElement | null} row @param {number} step */
  #focusFrom(row, step) {
    const rows = this.#drawn();
    const next = row ? rows[rows.indexOf(row) + step] : rows[0];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }

  /** @param {Element | null} row */
  #makeReachable(row) {
    if (!row) return;
    this.rows.element.querySelector('.nc-row[tabindex="0"]')?.setAttribute("tabindex", "-1");
    row.setAttribute("tabindex", "0");
  }

  #drawn() {
    return /** @type {HTMLElement[]} */ ([...this.rows.element.querySelectorAll(".nc-row")]);
  }
}
