// @ts-check
/** Live changes of the centre: what comes in, is read or goes, here or elsewhere. */
import { make } from "../shared/dom.js";
import { on } from "../shared/events.js";
import { translate } from "../shared/i18n.js";
import { deleting } from "../shared/inbox-changes.js";

/**
 * The list as its changes need it.
 * @typedef {{filter: NC.Filter, pages: import("./inbox-pages.js").InboxPages, rows: import("./inbox-rows.js").InboxRows, keyboard: import("./keyboard.js").Keyboard,
 *   isAtTop: () => boolean, scrollTo: (top: number) => void, reload: () => void, changed: () => void}} List
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
    this.pill = make("button", { type: "button", class: "nc-pill", hidden: true, onclick: () => this.insertFresh() });
    on("notification", ({ data }) => this.#arrived(data));
    on("changed", ({ items, alert }) => items.forEach((item) => this.#changed(item, alert.includes(item.id))));
    on("read", (change) => this.#markRead(change));
    on("removed", ({ ids, isLocal }) => this.#removed(ids, isLocal));
    on("restored", () => list.reload());
    on("reset", () => list.reload());
  }

  /** Put what came in meanwhile on top. */
  insertFresh() {
    const items = this.fresh.filter((item) => !deleting.has(item.id));
    this.clear();
    if (items.length) this.list.rows.prepend(items);
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
    if (rows.find(item.id) || (filter.provider && filter.provider !== item.provider?.code)) return;
    if (filter.unread && item.is_read) return;
    this.fresh.unshift(item);
    if (this.list.isAtTop() && !rows.isInUse) return this.insertFresh();
    this.pill.textContent = translate("fresh", { n: this.fresh.length });
    this.pill.hidden = false;
  }

  /**
   * Drawn anew where it stands; on top where it was renewed, unless somebody is reading there.
   * @param {NC.Item} item @param {boolean} isNew it alerts as if new
   */
  #changed(item, isNew) {
    const { rows } = this.list;
    const known = rows.find(item.id)?.item ?? this.fresh.find((one) => one.id === item.id);
    const isRenewed = isNew || item.renewed_at !== known?.renewed_at || item.repeats !== known?.repeats;
    this.fresh = this.fresh.map((one) => (one.id === item.id ? item : one));
    rows.replace(item);
    if (!known) return isRenewed && this.#arrived(item);
    if (!isRenewed || !this.list.isAtTop() || rows.isInUse || this.fresh.includes(item)) return;
    rows.remove(item.id, () => {});
    this.#arrived(item);
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

  /** @param {string[]} ids @param {boolean} [isLocal] */
  #removed(ids, isLocal) {
    this.fresh = this.fresh.filter((item) => !ids.includes(item.id));
    for (const id of ids) this.list.rows.remove(id, (row) => isLocal && this.list.keyboard.leave(row));
    this.list.changed();
    this.list.pages.more();
  }
}
