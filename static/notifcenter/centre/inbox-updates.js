// @ts-check
/** Live changes of the centre: what comes in, is read or goes, here or elsewhere. */
import { make } from "../shared/dom.js";
import { on } from "../shared/events.js";
import { translate } from "../shared/i18n.js";
import { isInState, matches } from "./filter.js";

const SEARCH_AGAIN_MS = 1000;

/**
 * The list as its changes need it.
 * @typedef {{filter: NC.Filter, pages: import("./inbox-pages.js").InboxPages, rows: import("./inbox-rows.js").InboxRows, keyboard: import("./keys/keyboard.js").Keyboard,
 *   hasMore: boolean, isAtTop: () => boolean, scrollTo: (top: number) => void, reload: () => void, changed: () => void}} List
 */

export class InboxUpdates {
  /** @param {List} list */
  constructor(list) {
    this.list = list;
    /**
     * What came in while somebody reads, the newest first.
     * @type {NC.Item[]}
     */
    this.fresh = [];
    this.timer = 0;
    this.pill = make("button", { type: "button", class: "nc-pill", hidden: true, onclick: () => this.insertFresh() });
    on("notification", ({ data }) => this.#arrived(data));
    on("changed", ({ items, alert }) => items.forEach((item) => this.#changed(item, alert.includes(item.id))));
    on("read", (change) => this.#markRead(change));
    on("removed", ({ ids }) => this.#removed(ids));
    on("restored", () => list.reload());
    on("reset", () => list.reload());
  }

  /** Put what came in meanwhile on top. */
  insertFresh() {
    const items = this.fresh;
    this.clear();
    if (items.length) this.list.rows.arrive(items);
    this.list.scrollTo(0);
    this.list.changed();
  }

  clear() {
    this.fresh = [];
    this.pill.hidden = true;
  }

  /** @param {NC.Item} item */
  #arrived(item) {
    const { filter, rows } = this.list;
    if (rows.find(item.id) || this.fresh.some((one) => one.id === item.id) || !matches(filter, item)) return;
    if (filter.q) return this.#searchAgain();
    this.fresh.unshift(item);
    if (this.list.isAtTop() && !rows.isInUse) return this.insertFresh();
    this.pill.textContent = translate("fresh", { n: this.fresh.length });
    this.pill.hidden = false;
  }

  /** Only the server can tell whether it is what was searched for. */
  #searchAgain() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.list.isAtTop() && !this.list.rows.isInUse && this.list.reload(), SEARCH_AGAIN_MS);
  }

  /**
   * Drawn anew where it stands; on top where it was renewed, unless somebody is reading there; gone where it is done.
   * @param {NC.Item} item @param {boolean} isNew it alerts as if new
   */
  #changed(item, isNew) {
    const { rows, filter } = this.list;
    const known = rows.find(item.id)?.item ?? this.fresh.find((one) => one.id === item.id);
    if (!isInState(filter.state ?? "open", item)) return known && this.#removed([item.id]);
    const isRenewed = isNew || item.renewed_at !== known?.renewed_at || item.repeats !== known?.repeats;
    if (!known) return isNew || item.renewed_at ? this.#arrived(item) : this.#restore(item);
    this.fresh = this.fresh.map((one) => (one.id === item.id ? item : one));
    if (Boolean(item.pinned_at) !== Boolean(known.pinned_at)) return this.#move(item);
    rows.replace(item);
    if (!isRenewed || !this.list.isAtTop() || rows.isInUse || this.fresh.includes(item)) return;
    rows.remove(item.id, () => {});
    this.#arrived(item);
  }

  /**
   * Back where it was.
   * @param {NC.Item} item
   */
  #restore(item) {
    const { filter, rows } = this.list;
    if (!filter.q && matches(filter, item)) rows.insert(item, !this.list.hasMore);
    this.list.changed();
  }

  /**
   * Pinned or not pinned any more: to its place, with the focus where it was.
   * @param {NC.Item} item
   */
  #move(item) {
    const { rows, hasMore } = this.list;
    const hadFocus = rows.hasFocus(item.id);
    rows.remove(item.id, () => {});
    rows.insert(item, !hasMore);
    if (hadFocus) rows.focus(item.id);
    this.list.changed();
  }

  /** @param {NC.Events["read"]} change */
  #markRead({ ids, all, read, unread }) {
    const named = new Set(ids);
    const matches = (/** @type {NC.Item} */ item) => all || named.has(item.id);
    this.list.rows.setRead(matches, read);
    for (const item of this.fresh.filter(matches)) item.is_read = read;
    if (all && unread) this.list.reload();
    this.list.changed();
  }

  /** @param {string[]} ids */
  #removed(ids) {
    this.fresh = this.fresh.filter((item) => !ids.includes(item.id));
    for (const id of ids) this.list.rows.remove(id, (row) => this.list.keyboard.leave(row));
    this.list.changed();
    this.list.pages.more();
  }
}
