// @ts-check
/** Some rows of the centre, drawn together while they are near. */
import { make } from "../shared/dom.js";
import { arrivedAt, formatAge, formatDay } from "../shared/times.js";
import { makeRow } from "./row.js";

export class Chunk {
  /** @param {NC.Item[]} items @param {boolean} isSelectable @param {(chunk: Chunk) => NC.Item | undefined} itemAbove */
  constructor(items, isSelectable, itemAbove) {
    this.items = items;
    this.isSelectable = isSelectable;
    this.itemAbove = itemAbove;
    this.isDrawn = false;
    this.element = make("div", { class: "nc-chunk" });
  }

  /**
   * Draw it, or leave only its height; never from under somebody's focus.
   * @param {boolean} isNear
   */
  show(isNear) {
    if (isNear && !this.isDrawn) this.draw();
    else if (!isNear && this.isDrawn && !this.element.contains(document.activeElement)) this.#fold();
  }

  draw() {
    const focused = this.element.contains(document.activeElement) ? document.activeElement?.closest(".nc-row") : null;
    const drawn = new Map([...this.element.querySelectorAll(".nc-row")].map((row) => [row.getAttribute("data-id"), row]));
    this.isDrawn = true;
    this.element.style.height = "";
    this.element.replaceChildren(...this.#parts(drawn));
    if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  }

  /** @param {NC.Item[]} items */
  prepend(items) {
    this.items.unshift(...items);
    this.draw();
  }

  /** @param {number} index */
  remove(index) {
    this.items.splice(index, 1);
    if (this.isDrawn) this.draw();
  }

  /**
   * Another content of the item at this place.
   * @param {number} index @param {NC.Item} item
   */
  replace(index, item) {
    this.items[index] = item;
    const row = this.row(item.id);
    if (!row) return;
    const isFocused = row.contains(document.activeElement);
    const fresh = makeRow(item, this.isSelectable);
    const box = row.querySelector(".nc-select");
    if (box) fresh.querySelector(".nc-select")?.replaceWith(box);
    fresh.tabIndex = /** @type {HTMLElement} */ (row).tabIndex;
    row.replaceWith(fresh);
    if (isFocused) fresh.focus({ preventScroll: true });
  }

  /** @param {string} id */
  row(id) {
    return this.element.querySelector(`.nc-row[data-id="${CSS.escape(id)}"]`);
  }

  refreshAges() {
    for (const time of this.element.querySelectorAll("time")) time.textContent = formatAge(Number(time.dataset.at));
  }

  #fold() {
    this.element.style.height = `${this.element.offsetHeight}px`;
    this.element.replaceChildren();
    this.isDrawn = false;
  }

  /**
   * The rows, those that are there already included, and a heading where a day begins.
   * @param {Map<string | null, Element>} drawn
   */
  #parts(drawn) {
    let above = this.itemAbove(this);
    return this.items.flatMap((item) => {
      const day = formatDay(arrivedAt(item));
      const isNewDay = !above || formatDay(arrivedAt(above)) !== day;
      above = item;
      const row = drawn.get(item.id) ?? makeRow(item, this.isSelectable);
      return isNewDay ? [make("h3", { class: "nc-day" }, day), row] : [row];
    });
  }
}
