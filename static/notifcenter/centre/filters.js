// @ts-check
/** What steers the list: all or unread, whose, and the keyboard, which walks the rows. */
import * as acts from "../shared/inbox-changes.js";
import { make, on } from "../shared/dom.js";
import { open } from "./row.js";
import { say } from "../shared/i18n.js";

export class Controls {
  constructor(list, desk) {
    this.list = list;
    this.all = this.#tab("all", false);
    this.unread = this.#tab("unread", true);
    const tabs = make("div", { class: "nc-tabs", role: "group", "aria-label": say("notifications") }, this.all, this.unread);
    this.element = make("div", { class: "nc-controls" }, tabs, this.#providers(desk.page.widgets));
    this.#count(desk.unread());
    on("unread", (unread) => this.#count(unread));
    on("listed", (listed) => listed === list && this.#countAll());
    this.#press(list.filter.unread);
  }

  #tab(word, unread) {
    const choose = () => {
      this.#press(unread);
      this.list.show({ unread });
    };
    return make("button", { type: "button", class: "nc-tab", onclick: choose }, `${say(word)} `, make("span", { class: "nc-count" }));
  }

  #press(unread) {
    this.all.setAttribute("aria-pressed", String(!unread));
    this.unread.setAttribute("aria-pressed", String(unread));
  }

  #providers(widgets) {
    const options = Object.entries(widgets).map(([code, { name }]) => make("option", { value: code }, name));
    const choose = (event) => this.list.show({ provider: event.target.value });
    return make("select", { class: "nc-from", "aria-label": say("provider"), onchange: choose }, make("option", { value: "" }, say("everyone")), ...options);
  }

  #count(unread) {
    this.unread.lastChild.textContent = unread > 99 ? "99+" : String(unread);
  }

  #countAll() {
    if (this.list.filter.unread || this.list.filter.provider) return;
    const length = this.list.items.length;
    this.all.lastChild.textContent = length > 99 ? "99+" : `${length}${this.list.next ? "+" : ""}`;
  }
}

export class Keys {
  constructor(list) {
    this.list = list;
    list.rows.addEventListener("focusin", (event) => this.#hold(/** @type {Element} */ (event.target).closest(".nc-row")));
  }

  /** Let the tab key reach the list: some row is always in its order. */
  enter() {
    if (!this.list.rows.querySelector('.nc-row[tabindex="0"]')) this.#hold(this.list.rows.querySelector(".nc-row"));
  }

  /** Move on from a row that goes. */
  leave(row) {
    if (!row?.contains(document.activeElement)) return;
    const rows = this.#rows();
    const at = rows.indexOf(row);
    (rows[at + 1] ?? rows[at - 1])?.focus();
  }

  press(event) {
    const target = /** @type {Element} */ (event.target);
    if (event.ctrlKey || event.altKey || event.metaKey || target.closest("input, select, textarea, [contenteditable]")) return;
    const row = /** @type {HTMLElement | null} */ (target.closest(".nc-row"));
    const item = row && this.list.find(row.dataset.id ?? null)?.item;
    if (this.#act(event, row, item)) event.preventDefault();
  }

  #act(event, row, item) {
    const key = event.code === "KeyJ" ? "ArrowDown" : event.code === "KeyK" ? "ArrowUp" : event.key;
    if (key === "ArrowDown") return this.#walk(row, 1);
    if (key === "ArrowUp") return this.#walk(row, -1);
    if (!item) return false;
    if (event.code === "KeyM") return this.#done(() => acts.read([item], !item.is_read));
    if (key === "Delete") return this.#done(() => acts.remove([item]));
    if (key === "Enter" && event.target === row) return this.#done(() => open(item));
    return false;
  }

  #done(action) {
    action();
    return true;
  }

  #walk(row, step) {
    const rows = this.#rows();
    const next = row ? rows[rows.indexOf(row) + step] : rows[0];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
    return true;
  }

  #hold(row) {
    if (!row) return;
    this.list.rows.querySelector('.nc-row[tabindex="0"]')?.setAttribute("tabindex", "-1");
    row.setAttribute("tabindex", "0");
  }

  #rows() {
    return [...this.list.rows.querySelectorAll(".nc-row")];
  }
}
