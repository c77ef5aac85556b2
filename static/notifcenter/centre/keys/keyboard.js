// @ts-check
/** The keyboard in a list: it walks the rows, and changes the selected ones, else the one with the focus. */
import { targetOf } from "../../shared/dom.js";
import { session } from "../../shared/session.js";
import { snooze } from "../row-tools.js";
import { openItem } from "../row.js";
import { perform, undoLast, verbFor } from "../verbs.js";

/** By physical key, which is the same on every layout, or by name. */
const STEPS = new Map([["KeyJ", 1], ["ArrowDown", 1], ["KeyK", -1], ["ArrowUp", -1]]);
/** @type {Map<string, "done" | "pin" | "read">} */
const VERBS = new Map([["KeyE", "done"], ["KeyP", "pin"], ["KeyM", "read"]]);

/** @typedef {{rows: import("../inbox-rows.js").InboxRows, selection: import("../selection.js").Selection | null}} List */

export class Keyboard {
  /** @param {List} list */
  constructor(list) {
    this.list = list;
    this.rows = list.rows;
    this.rows.element.addEventListener("focusin", (event) => this.#makeReachable(targetOf(event).closest(".nc-row")));
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
    if (!mayBeShortcut(event)) return;
    const row = /** @type {HTMLElement | null} */ (targetOf(event).closest(".nc-row"));
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
    if (event.code === "KeyZ") return undoLast;
    const item = row && this.rows.find(row.dataset.id ?? "")?.item;
    if (item && event.key === "Enter" && event.target === row) return () => openItem(item);
    const { selection } = this.list;
    if (item && selection && event.code === "KeyX") return () => selection.set(item, !selection.has(item));
    const chosen = selection?.count ? selection.chosen() : item ? [item] : null;
    const first = selection?.count ? selection.items()[0] : item;
    return chosen && first ? this.#verb(event, chosen, first, row) : null;
  }

  /** @param {KeyboardEvent} event @param {NC.Item[] | NC.AllChosen} chosen @param {NC.Item} first @param {HTMLElement | null} row */
  #verb(event, chosen, first, row) {
    const verb = VERBS.get(event.code);
    if (verb) return () => perform(verbFor(verb, first), chosen);
    if (event.key === "Delete") return () => perform("delete", chosen);
    if (event.code !== "KeyS") return null;
    if (first.snoozed_until) return () => perform("unsnooze", chosen);
    return () => snooze(chosen, row ?? this.rows.element);
  }

  focusFirst() {
    this.#focusFrom(null, 1);
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

/**
 * Whether a key may mean something to the centre: nobody types, and the person wants shortcuts.
 * @param {KeyboardEvent} event
 */
export function mayBeShortcut(event) {
  const isTyping = targetOf(event).closest("input:not([type=checkbox]), select, textarea, audio, [contenteditable]");
  return !isTyping && !event.ctrlKey && !event.altKey && !event.metaKey && (session.page?.centre?.shortcuts ?? true);
}
