// @ts-check
/** What the panel's list shows: all or unread, and of which source. */
import { make } from "../shared/dom.js";
import { on } from "../shared/events.js";
import { translate } from "../shared/i18n.js";

const MAX_COUNT = 99;

export class Filters {
  /** @param {import("./inbox-list.js").InboxList} list @param {NC.Feed} feed */
  constructor(list, feed) {
    this.list = list;
    this.all = this.#tab("all", "");
    this.unread = this.#tab("unread", "1");
    const tabs = make("div", { class: "nc-tabs", role: "group", "aria-label": translate("notifications") }, this.all.button, this.unread.button);
    this.element = make("div", { class: "nc-controls" }, tabs, providerSelect(feed.page.widgets, list.filter.provider ?? "", (provider) => list.show({ provider })));
    this.#countUnread(feed.unread());
    on("unread", (unread) => this.#countUnread(unread));
    on("listed", (listed) => listed === list && this.#countAll());
    this.#mark("");
  }

  /** @param {"all" | "unread"} word @param {"" | "1"} unread */
  #tab(word, unread) {
    const count = make("span", { class: "nc-count" });
    const choose = () => {
      this.#mark(unread);
      this.list.show({ unread });
    };
    return { button: make("button", { type: "button", class: "nc-tab", onclick: choose }, `${translate(word)} `, count), count };
  }

  /** @param {string} unread */
  #mark(unread) {
    this.all.button.setAttribute("aria-pressed", String(!unread));
    this.unread.button.setAttribute("aria-pressed", String(Boolean(unread)));
  }

  /** @param {number} unread */
  #countUnread(unread) {
    this.unread.count.textContent = shortCount(unread);
  }

  #countAll() {
    if (this.list.filter.unread || this.list.filter.provider) return;
    const { length } = this.list.items;
    this.all.count.textContent = length > MAX_COUNT || !this.list.hasMore ? shortCount(length) : `${length}+`;
  }
}

/**
 * A choice among the sources.
 * @param {NC.PageState["widgets"]} widgets @param {string} chosen code @param {(code: string) => void} choose
 */
export function providerSelect(widgets, chosen, choose) {
  const options = Object.entries(widgets).map(([code, { name }]) => make("option", { value: code, selected: code === chosen }, name));
  const select = make("select", { class: "nc-from", "aria-label": translate("provider") }, make("option", { value: "" }, translate("everyone")), ...options);
  select.addEventListener("change", () => choose(select.value));
  return select;
}

/** @param {number} count */
const shortCount = (count) => (count > MAX_COUNT ? `${MAX_COUNT}+` : String(count));
