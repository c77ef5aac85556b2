// @ts-check
/** The rows of the centre, in chunks of which only those near what is seen are drawn. */
import { make } from "../shared/dom.js";
import { Chunk } from "./chunk.js";
import { showRead } from "./row.js";

const CHUNK_ITEMS = 50;
const DRAW_MARGIN = "1200px 0px";
const MINUTE_MS = 60_000;

export class InboxRows {
  /** @param {{scroller: HTMLElement | null, foot: HTMLElement, isSelectable: boolean, onScroll: () => void}} options */
  constructor({ scroller, foot, isSelectable, onScroll }) {
    this.foot = foot;
    this.isSelectable = isSelectable;
    this.onScroll = onScroll;
    this.isEndNear = false;
    /** @type {Chunk[]} */
    this.chunks = [];
    this.element = make("div", { class: "nc-rows" });
    this.observer = new IntersectionObserver((entries) => this.#seen(entries), { root: scroller, rootMargin: DRAW_MARGIN });
    this.observer.observe(foot);
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

  /** @param {NC.Item[]} items */
  prepend(items) {
    const [first] = this.chunks;
    if (first && first.items.length < CHUNK_ITEMS) return first.prepend(items);
    const chunk = this.#chunk(items);
    this.chunks.unshift(chunk);
    this.element.prepend(chunk.element);
    chunk.draw();
    first?.draw();
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
    const chunk = new Chunk(items, this.isSelectable, (of) => this.chunks[this.chunks.indexOf(of) - 1]?.items.at(-1));
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
