// @ts-check
/** The panel behind the bell. */
import { site } from "../shared/api.js";
import { icon, iconButton, loadStyles, make, targetOf } from "../shared/dom.js";
import { translate } from "../shared/i18n.js";
import { readAll, removeRead } from "../shared/inbox-changes.js";
import { Filters } from "./filters.js";
import { InboxList } from "./inbox-list.js";

export class Panel {
  /** @param {NC.Feed} feed @param {HTMLElement} bell */
  constructor(feed, bell) {
    this.feed = feed;
    this.bell = bell;
    this.scroller = make("div", { class: "nc-scroll" });
    this.element = make("section", { class: "nc-panel", role: "dialog", "aria-label": translate("notifications"), tabindex: "-1", hidden: true });
    this.list = new InboxList(this.scroller, { scroller: this.scroller });
    this.list.showConnection(feed.connection());
    this.keysHelp = make("p", { class: "nc-keys", hidden: true }, translate("keys"));
    this.element.append(this.#head(), new Filters(this.list, feed).element, this.keysHelp, this.scroller, this.#inboxLink());
    document.body.append(this.element);
    this.element.addEventListener("keydown", (event) => this.#onKey(event));
    document.addEventListener("pointerdown", (event) => this.#onPointer(event));
  }

  async toggle() {
    await loadStyles(new URL("centre.css", import.meta.url));
    if (this.element.hidden) this.open();
    else this.close();
  }

  open() {
    this.element.hidden = false;
    this.bell.setAttribute("aria-expanded", "true");
    const { bottom, right } = this.bell.getBoundingClientRect();
    this.element.style.top = `${Math.round(bottom + 8)}px`;
    this.element.style.right = `${Math.max(8, Math.round(document.documentElement.clientWidth - right))}px`;
    this.element.focus({ preventScroll: true });
    if (this.list.isEmpty) this.list.show();
    else this.list.insertFresh();
  }

  close() {
    const hadFocus = this.element.contains(document.activeElement);
    this.element.hidden = true;
    this.bell.setAttribute("aria-expanded", "false");
    if (hadFocus) this.bell.focus();
  }

  #head() {
    const settings = make("a", { class: "nc-tool", href: new URL("profile/", site()).href, "aria-label": translate("settings"), title: translate("settings") }, icon("gear"));
    const read = iconButton("check", translate("readAll"), () => readAll(this.feed.cursor()), "nc-tool nc-read-all");
    const remove = iconButton("trash", translate("removeRead"), removeRead, "nc-tool nc-remove-read");
    return make("div", { class: "nc-head" }, make("h2", {}, translate("notifications")), read, remove, settings, iconButton("close", translate("close"), () => this.close()));
  }

  #inboxLink() {
    return make("a", { class: "nc-whole", href: new URL("inbox/", site()).href }, translate("whole"));
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.key === "Escape") this.close();
    else if (event.key === "?") this.keysHelp.hidden = !this.keysHelp.hidden;
    else this.list.keyboard.press(event);
  }

  /** @param {Event} event */
  #onPointer(event) {
    const target = targetOf(event);
    const isOutside = ![this.element, this.bell].some((part) => part.contains(target));
    if (!this.element.hidden && isOutside && !target.closest("#popups_inbox, .nc-bar")) this.close();
  }
}
