// @ts-check
/** The rows of the centre, in chunks of which only those near what is seen are drawn. */
import { make } from "../shared/dom.js";
import { on } from "../shared/events.js";
import { arrivedAt } from "../shared/times.js";
import { Chunk } from "./chunk.js";
import { showRead } from "./row.js";

const CHUNK_ITEMS = 50;
const DRAW_MARGIN = "1200px 0px";
const MINUTE_MS = 60_000;

export class InboxRows {
  /** @param {{scroller: HTMLElement | null, foot: HTMLElement, look: import("./row.js").Look, onScroll: () => void}} options */
  constructor({ scroller, foot, look, onScroll }) {
    this.foot = foot;
    this.look = look;
    this.onScroll = onScroll;
    this.isEndNear = false;
    /** @type {Chunk[]} */
    this.chunks = [];
    this.element = make("div", { class: "nc-rows" });
    this.observer = new IntersectionObserver((entries) => this.#seen(entries), { root: scroller, rootMargin: DRAW_MARGIN });
    this.observer.observe(foot);
    on("selected", (changed) => changed === look.selection && this.chunks.forEach((chunk) => chunk.showSelection()));
    setInterval(() => this.chunks.forEach((chunk) => chunk.refreshAges()), MINUTE_MS);
  }

  get items() {
    return this.chunks.flatMap((chunk) => chunk.items);
  }

  /** Whether somebody is at a row, by pointer or focus. */
  get isInUse() {
    return this.element.matches(":hover, :focus-within");
  }

  /**
   * The chunk and place of an item, or null.
   * @param {string} id
   */
  find(id) {
    for (const chunk of this.chunks) {
      const index = chunk.items.findIndex((item) => item.id === id);
      const item = chunk.items[index];
      if (item) return { chunk, index, item };
    }
    return null;
  }

  /** @param {NC.Item[]} items */
  append(items) {
    for (let at = 0; at < items.length; at += CHUNK_ITEMS) {
      const chunk = this.#chunk(items.slice(at, at + CHUNK_ITEMS));
      this.chunks.push(chunk);
      this.element.append(chunk.element);
      chunk.draw();
    }
  }

  /**
   * Put what came in on top, below what is pinned.
   * @param {NC.Item[]} items
   */
  arrive(items) {
    const [pinned, others] = [items.filter(({ pinned_at }) => pinned_at), items.filter(({ pinned_at }) => !pinned_at)];
    if (others.length) this.#insert(others, this.#placeBefore((item) => !item.pinned_at));
    if (pinned.length) this.#insert(pinned, this.#placeBefore(() => true));
  }

  /**
   * Put an item where it belongs; beyond the end only where the list is whole.
   * @param {NC.Item} item @param {boolean} isWhole
   */
  insert(item, isWhole) {
    const place = this.#placeBefore((other) => isAbove(item, other));
    if (place || isWhole) this.#insert([item], place);
  }

  /** @param {(item: NC.Item) => boolean} matches */
  #placeBefore(matches) {
    for (const chunk of this.chunks) {
      const index = chunk.items.findIndex(matches);
      if (index >= 0) return { chunk, index };
    }
    return null;
  }

  /** @param {NC.Item[]} items @param {{chunk: Chunk, index: number} | null} place null: at the end */
  #insert(items, place) {
    const { chunk, index } = place ?? { chunk: undefined, index: 0 };
    if (!chunk) return this.append(items);
    const isFull = index === 0 && chunk.items.length >= CHUNK_ITEMS;
    if (!isFull) return chunk.insert(index, items);
    const before = this.#chunk(items);
    this.chunks.splice(this.chunks.indexOf(chunk), 0, before);
    chunk.element.before(before.element);
    before.draw();
    chunk.draw();
  }

  clear() {
    this.chunks = [];
    this.observer.disconnect();
    this.observer.observe(this.foot);
    this.element.replaceChildren();
  }

  /** @param {(item: NC.Item) => boolean} matches @param {boolean} read */
  setRead(matches, read) {
    for (const chunk of this.chunks) {
      for (const item of chunk.items.filter(matches)) {
        item.is_read = read;
        const row = chunk.row(item.id);
        if (row) showRead(row, item);
      }
    }
  }

  /**
   * Draw an item anew where it stands.
   * @param {NC.Item} item
   */
  replace(item) {
    const place = this.find(item.id);
    if (place) place.chunk.replace(place.index, item);
  }

  /** @param {string} id */
  hasFocus(id) {
    return this.find(id)?.chunk.row(id)?.contains(document.activeElement) ?? false;
  }

  /** @param {string} id */
  focus(id) {
    const row = this.find(id)?.chunk.row(id);
    if (row instanceof HTMLElement) row.focus({ preventScroll: true });
  }

  /** @param {string} id @param {(row: Element | null) => void} beforeRemoval */
  remove(id, beforeRemoval) {
    const place = this.find(id);
    if (!place) return;
    beforeRemoval(place.chunk.row(id));
    place.chunk.remove(place.index);
    if (!place.chunk.items.length) this.#drop(place.chunk);
  }

  /** @param {NC.Item[]} items */
  #chunk(items) {
    const chunk = new Chunk(items, this.look, (of) => this.chunks[this.chunks.indexOf(of) - 1]?.items.at(-1));
    this.observer.observe(chunk.element);
    return chunk;
  }

  /** @param {Chunk} chunk */
  #drop(chunk) {
    const below = this.chunks[this.chunks.indexOf(chunk) + 1];
    this.chunks = this.chunks.filter((other) => other !== chunk);
    this.observer.unobserve(chunk.element);
    chunk.element.remove();
    below?.draw();
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #seen(entries) {
    for (const { target, isIntersecting } of entries) {
      if (target === this.foot) this.isEndNear = isIntersecting;
      else this.chunks.find((chunk) => chunk.element === target)?.show(isIntersecting);
    }
    this.onScroll();
  }
}

/**
 * Whether one stands above another: what is pinned first, then the newest.
 * @param {NC.Item} one @param {NC.Item} other
 */
function isAbove(one, other) {
  if (Boolean(one.pinned_at) !== Boolean(other.pinned_at)) return Boolean(one.pinned_at);
  return arrivedAt(one) - arrivedAt(other) > 0 || (arrivedAt(one) === arrivedAt(other) && one.id > other.id);
}
