// @ts-check
/** Some rows of the centre, drawn together while they are near. */
import { make } from "../shared/dom.js";
import { translate } from "../shared/i18n.js";
import { arrivedAt, formatAge, formatDay } from "../shared/times.js";
import { makeRow, showSelected } from "./row.js";

export class Chunk {
  /** @param {NC.Item[]} items @param {import("./row.js").Look} look @param {(chunk: Chunk) => NC.Item | undefined} itemAbove */
  constructor(items, look, itemAbove) {
    this.items = items;
    this.look = look;
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
    const drawn = new Map([...this.element.children].map((part) => [part.getAttribute("data-id") ?? part.textContent, part]));
    this.isDrawn = true;
    this.element.style.height = "";
    this.#become(this.#parts(drawn));
  }

  /**
   * Change only what differs: a row that is taken out and put back loses focus, click and sound.
   * @param {Element[]} parts
   */
  #become(parts) {
    for (const child of [...this.element.children]) if (!parts.includes(child)) child.remove();
    parts.forEach((part, index) => {
      const there = this.element.children[index] ?? null;
      if (there !== part) this.element.insertBefore(part, there);
    });
  }

  /** @param {number} index @param {NC.Item[]} items */
  insert(index, items) {
    this.items.splice(index, 0, ...items);
    if (this.isDrawn) this.draw();
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
    const fresh = makeRow(item, this.look);
    fresh.tabIndex = /** @type {HTMLElement} */ (row).tabIndex;
    carryOver(row, fresh);
    row.replaceWith(fresh);
    if (isFocused) fresh.focus({ preventScroll: true });
  }

  /** @param {string} id */
  row(id) {
    return this.element.querySelector(`.nc-row[data-id="${CSS.escape(id)}"]`);
  }

  showSelection() {
    const { selection } = this.look;
    for (const item of this.isDrawn ? this.items : []) {
      const row = this.row(item.id);
      if (row && selection) showSelected(row, selection.has(item));
    }
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
   * The rows, and a heading where a day begins or the pinned ones do; those that are there already included.
   * @param {Map<string | null, Element>} drawn
   */
  #parts(drawn) {
    const { selection } = this.look;
    let above = this.itemAbove(this);
    return this.items.flatMap((item) => {
      const heading = groupOf(item);
      const isNew = !above || groupOf(above) !== heading;
      above = item;
      const row = drawn.get(item.id) ?? makeRow(item, this.look);
      if (selection) showSelected(row, selection.has(item));
      return isNew ? [drawn.get(heading) ?? make("h2", { class: "nc-day" }, heading), row] : [row];
    });
  }
}

/** @param {NC.Item} item */
const groupOf = (item) => (item.pinned_at ? translate("pinned") : formatDay(arrivedAt(item)));

/**
 * What somebody listens to or reads in a row stays in it.
 * @param {Element} row @param {Element} fresh
 */
function carryOver(row, fresh) {
  const [player, why] = [row.querySelector(".nc-recording:has(audio)"), row.querySelector(".nc-why")];
  if (player) fresh.querySelector(".nc-recording")?.replaceWith(player);
  if (!why) return;
  fresh.classList.add("nc-open");
  fresh.querySelector(".nc-details")?.setAttribute("aria-expanded", "true");
  fresh.querySelector(".nc-body")?.append(why);
}
