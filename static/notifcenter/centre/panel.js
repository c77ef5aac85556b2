// @ts-check
/** The panel behind the bell. */
import { SHAPES, iconButton, loadStyles, make, targetOf } from "../shared/dom.js";
import { emit, on } from "../shared/events.js";
import { addCentreWords, translate } from "../shared/i18n.js";
import { ourPage } from "../shared/links.js";
import { Filters } from "./filters.js";
import { InboxList } from "./inbox-list.js";
import { mayBeShortcut } from "./keys/keyboard.js";
import { toggleKeysHelp } from "./keys/help.js";
import { leavePopups, placePanel } from "./place.js";
import { readAll, removeRead } from "./verbs.js";

const STYLES = ["centre.css", "rows.css", "../popups/notification.css"];

/** @param {NC.Feed} feed */
export async function makePanel(feed) {
  await addCentreWords();
  return new Panel(feed);
}

export class Panel {
  /** @param {NC.Feed} feed */
  constructor(feed) {
    this.feed = feed;
    /**
     * The one that opened it.
     * @type {HTMLElement | null}
     */
    this.bell = null;
    this.scroller = make("div", { class: "nc-scroll" });
    this.element = make("section", { class: "nc-panel", role: "dialog", "aria-label": translate("notifications"), tabindex: "-1", hidden: true });
    this.list = new InboxList(this.scroller, { scroller: this.scroller });
    this.list.showConnection(feed.connection());
    this.element.classList.toggle("nc-comfortable", feed.page.centre.density === "comfortable");
    this.element.append(this.#head(), new Filters(this.list, feed).element, this.scroller, this.#foot());
    on("popups", () => this.#place());
    addEventListener("resize", () => this.#place());
    this.element.addEventListener("keydown", (event) => this.#onKey(event));
    document.addEventListener("pointerdown", (event) => this.#onPointer(event));
  }

  /** @param {HTMLElement} bell */
  async toggle(bell) {
    await Promise.all(STYLES.map((path) => loadStyles(new URL(path, import.meta.url))));
    if (this.element.hidden || this.bell !== bell || !this.element.isConnected) this.open(bell);
    else this.close();
  }

  /** @param {HTMLElement} bell */
  open(bell) {
    this.bell?.setAttribute("aria-expanded", "false");
    this.bell = bell;
    this.element.hidden = false;
    if (!this.element.isConnected) document.body.append(this.element);
    bell.setAttribute("aria-expanded", "true");
    emit("panel", { isOpen: true });
    this.#place();
    this.element.focus({ preventScroll: true });
    if (this.list.isEmpty) this.list.show();
    else this.list.insertFresh();
  }

  close() {
    const hadFocus = this.element.contains(document.activeElement);
    this.element.hidden = true;
    this.bell?.setAttribute("aria-expanded", "false");
    leavePopups();
    emit("panel", { isOpen: false });
    if (hadFocus) this.bell?.focus();
  }

  #place() {
    if (this.bell && !this.element.hidden) placePanel(this.element, this.bell);
  }

  #head() {
    const settings = make("a", { class: "nc-text-tool", ...ourPage("profile/") }, translate("settings"));
    const read = make("button", { type: "button", class: "nc-text-tool nc-read-all", onclick: () => readAll(this.feed.cursor()) }, translate("readAll"));
    return make("div", { class: "nc-head" }, make("h2", {}, translate("notifications")), read, settings, iconButton(SHAPES.close, translate("close"), () => this.close()));
  }

  #foot() {
    const remove = make("button", { type: "button", class: "nc-text-tool nc-remove-read", onclick: removeRead }, translate("removeRead"));
    return make("div", { class: "nc-panel-foot" }, remove, make("a", { class: "nc-text-tool nc-whole", ...ourPage("inbox/") }, translate("whole")));
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.key === "Escape") this.close();
    else if (event.key === "?" && mayBeShortcut(event)) toggleKeysHelp();
    else this.list.keyboard.press(event);
  }

  /** @param {Event} event */
  #onPointer(event) {
    const target = targetOf(event);
    const isOutside = ![this.element, this.bell].some((part) => part?.contains(target));
    if (!this.element.hidden && isOutside && !target.closest("#popups_inbox, .nc-bar, .nc-keys")) this.close();
  }
}
