// @ts-check
/** The stack in the lower left corner: at most five are visible, the rest is counted and waits. */
import { icon, isControl, make, targetOf } from "../shared/dom.js";
import { on } from "../shared/events.js";
import { translate } from "../shared/i18n.js";
import { setRead } from "../shared/inbox-changes.js";
import * as draw from "../shared/notification-view.js";
import { plainText } from "../shared/safe-html.js";
import { shownFields } from "../shared/widget-parameters.js";
import { attract } from "./attention.js";
import { rememberDismissed, wasDismissed } from "./dismissed-errors.js";

const MAX_VISIBLE = 5;
const LIFETIME_MS = 8000;
const TICK_MS = 250;

/** @typedef {{view: NC.View, left: number, element: HTMLElement | null}} Popup */

export class Popups {
  /** @param {HTMLElement} corner */
  constructor(corner) {
    /** @type {Popup[]} */
    this.popups = [];
    this.timer = 0;
    this.stack = /** @type {HTMLElement} */ (corner.querySelector(".popup-inbox"));
    this.more = make("div", { class: "nc-more", hidden: true });
    this.polite = make("div", { class: "nc-unseen", role: "status" });
    this.urgent = make("div", { class: "nc-unseen", role: "alert" });
    corner.prepend(this.polite, this.urgent, this.more);
    document.addEventListener("visibilitychange", () => this.#readShown());
    on("removed", ({ ids }) => this.#close((popup) => ids.includes(popup.view.id)));
  }

  /**
   * The popup of a `show_*` call. Rejects with a problem where it says nothing.
   * @param {string} method @param {unknown} params
   */
  async showCall(method, params) {
    await this.#show(draw.viewOfShown(shownFields(method, params)));
  }

  /** @param {NC.Item} item @param {() => Promise<boolean>} mayAlert whether this tab is the one to ask for attention */
  async showItem(item, mayAlert) {
    await this.#show(draw.viewOfItem(item), mayAlert);
  }

  /**
   * Put one on top; an error that was closed before stays away, and so does what is there already.
   * @param {NC.View} view
   */
  async #show(view, mayAlert = async () => false) {
    if (view.kind === "error" && wasDismissed(view)) return;
    if (this.popups.some((popup) => popup.view.id === view.id)) return;
    this.popups.push({ view, left: LIFETIME_MS, element: null });
    this.#arrange();
    this.#announce(view);
    this.timer ||= setInterval(() => this.#tick(), TICK_MS);
    if (await mayAlert()) attract(view.kind, view.title);
  }

  #arrange() {
    const first = Math.max(0, this.popups.length - MAX_VISIBLE);
    this.popups.forEach((popup, index) => (index < first ? this.#conceal(popup) : this.#reveal(popup)));
    this.more.hidden = first === 0;
    const closeAll = make("button", { type: "button", class: "nc-link", onclick: () => this.#close(() => true) }, translate("closeAll"));
    this.more.replaceChildren(translate("more", { n: first }), closeAll);
    this.#readShown();
  }

  /** @param {Popup} popup */
  #conceal(popup) {
    popup.element?.remove();
    popup.element = null;
  }

  /** @param {Popup} popup */
  #reveal(popup) {
    if (popup.element) return;
    popup.element = this.#draw(popup);
    const above = this.popups.slice(this.popups.indexOf(popup) + 1).find((other) => other.element);
    this.stack.insertBefore(popup.element, above?.element ?? null);
  }

  /** @param {Popup} popup */
  #draw(popup) {
    const { view } = popup;
    const label = translate("close");
    const dismiss = (/** @type {MouseEvent} */ event) => this.#dismiss(popup, event.detail === 0);
    const close = make("button", { type: "button", class: "nc-tool nc-close", "aria-label": label, title: label, onclick: dismiss }, icon("close"));
    const body = make("div", { class: "nc-body" }, draw.heading(view, "strong"), draw.lines(view), draw.buttons(view));
    const traits = { class: `notification__item notification-inner nc-popup nc-${view.kind}`, "data-id": view.id, role: "group", "aria-label": view.title };
    const element = make("div", traits, close, draw.glyph(view), body);
    if (view.click) element.classList.add("nc-leads");
    element.addEventListener("click", (event) => this.#clicked(event, popup));
    return element;
  }

  /** @param {MouseEvent} event @param {Popup} popup */
  #clicked(event, { view, element }) {
    const control = isControl(event, /** @type {Element} */ (element));
    const link = targetOf(event).closest("a[href]");
    if (view.item && (link || !control)) setRead([view.item], true);
    if (!control && !getSelection()?.toString()) draw.follow(view);
  }

  /** @param {Popup} popup @param {boolean} byKeyboard */
  #dismiss(popup, byKeyboard) {
    if (popup.view.kind === "error") rememberDismissed(popup.view);
    this.#close((other) => other === popup);
    if (byKeyboard) this.stack.lastElementChild?.querySelector("button")?.focus();
  }

  /** @param {(popup: Popup) => boolean} matches */
  #close(matches) {
    const closed = this.popups.filter(matches);
    if (!closed.length) return;
    this.popups = this.popups.filter((popup) => !closed.includes(popup));
    closed.forEach((popup) => this.#conceal(popup));
    this.#arrange();
  }

  #tick() {
    const isPaused = document.hidden || this.stack.matches(":hover, :focus-within");
    for (const popup of this.popups) {
      if (popup.element && popup.view.kind !== "call" && !isPaused) popup.left -= TICK_MS;
    }
    this.#close((popup) => popup.left <= 0 || popup.element?.isConnected === false);
    if (this.popups.length) return;
    clearInterval(this.timer);
    this.timer = 0;
  }

  #readShown() {
    if (document.hidden) return;
    const items = this.popups.flatMap(({ element, view }) => (element && view.item ? [view.item] : []));
    const due = items.filter((item) => item.body.actions.read_on_show && !item.is_read);
    if (due.length) setRead(due, true);
  }

  /**
   * Have it read out to those who do not see it.
   * @param {NC.View} view
   */
  #announce(view) {
    const region = view.kind === "call" ? this.urgent : this.polite;
    const text = [view.title, ...view.rows.map((row) => plainText(row.text))].join(". ");
    setTimeout(() => (region.textContent = text), 100);
  }
}
