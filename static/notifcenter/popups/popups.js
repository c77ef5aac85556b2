// @ts-check
/** The stack in the corner: calls nearest to it, then errors, then the rest; five are visible, calls beyond that always. */
import { actionButtons } from "../shared/actions.js";
import { callClass } from "../shared/call-view.js";
import { SHAPES, icon, isControl, make, targetOf } from "../shared/dom.js";
import { emit, on } from "../shared/events.js";
import { translate } from "../shared/i18n.js";
import { setRead } from "../shared/inbox-changes.js";
import * as draw from "../shared/notification-view.js";
import { plainText } from "../shared/safe-html.js";
import { shownFields } from "../shared/widget-parameters.js";
import { attract } from "./attention.js";
import { keepInCorner } from "./corners.js";
import { rememberDismissed, wasDismissed } from "./dismissed-errors.js";
import { byRank, isForOpenPanel, visible } from "./order.js";
import { CLOSES_AFTER_MS, answeredLine, isOver } from "./over-calls.js";

const LIFETIME_MS = 8000;
const TICK_MS = 250;

/** @typedef {{view: NC.View, left: number, element: HTMLElement | null}} Popup */

export class Popups {
  /** @param {import("../shared/corner.js").Corner} corner */
  constructor(corner) {
    /** @type {Popup[]} */
    this.popups = [];
    this.timer = 0;
    /** Whether «N more» was pressed. */
    this.isUnfolded = false;
    this.corner = corner;
    this.stack = corner.stack;
    this.place = keepInCorner(corner);
    this.more = make("div", { class: "nc-more", hidden: true });
    this.polite = make("div", { class: "nc-unseen", role: "status" });
    this.urgent = make("div", { class: "nc-unseen", role: "alert" });
    corner.add(this.polite, this.urgent, this.more);
    document.addEventListener("visibilitychange", () => this.#readShown());
    this.tellAnswered = answeredLine(corner);
    on("changed", ({ items }) => this.#redraw(items));
    on("removed", ({ ids }) => this.#close((popup) => ids.includes(popup.view.id)));
    on("deleted", ({ all }) => all && this.#close(({ view }) => view.item !== null));
    on("panel", ({ isOpen }) => isOpen && this.#close(({ view }) => !isForOpenPanel(view)));
    on("connection", (connection) => connection === "signed-out" && this.#close(({ view }) => view.item !== null));
  }

  /**
   * The popup of a `show_*` call. Rejects with a problem where it says nothing.
   * @param {string} method @param {unknown} params
   */
  async showCall(method, params) {
    await this.#show(draw.viewOfShown(shownFields(method, params)));
  }

  /**
   * A card of the product's own.
   * @param {NC.View} view
   */
  async showCard(view) {
    await this.#show(view);
  }

  /** @param {NC.Item} item @param {() => Promise<boolean>} mayAlert whether this tab is the one to ask for attention */
  async showItem(item, mayAlert) {
    const view = draw.viewOfItem(item);
    if (isForOpenPanel(view) || !document.querySelector(".nc-panel:not([hidden])")) await this.#show(view, mayAlert);
  }

  /**
   * The popup of an item that is as good as new, in place of the one it may have.
   * @param {NC.Item} item @param {() => Promise<boolean>} mayAlert
   */
  async renewItem(item, mayAlert) {
    this.#close(({ view }) => view.id === item.id);
    await this.showItem(item, mayAlert);
  }

  /**
   * Add one; an error that was closed before stays away, and so does what is there already.
   * @param {NC.View} view
   */
  async #show(view, mayAlert = async () => false) {
    if (view.kind === "error" && wasDismissed(view)) return;
    if (this.popups.some((popup) => popup.view.id === view.id)) return;
    this.popups.push({ view, left: lifetime(view), element: null });
    this.#arrange();
    this.#announce(view);
    this.timer ||= setInterval(() => this.#tick(), TICK_MS);
    if (await mayAlert()) attract(view.kind, view.title);
  }

  /**
   * Items that changed, where they stand; one that its action closed has nothing more to say.
   * @param {NC.Item[]} items
   */
  #redraw(items) {
    const changed = this.popups.filter(({ view }) => items.some((item) => item.id === view.id));
    if (!changed.length) return;
    for (const popup of changed) {
      popup.view = draw.viewOfItem(/** @type {NC.Item} */ (items.find((item) => item.id === popup.view.id)));
      const drawn = popup.element;
      const hasFocus = drawn?.contains(document.activeElement);
      if (drawn) drawn.replaceWith((popup.element = this.#draw(popup)));
      if (hasFocus) popup.element?.querySelector("button")?.focus();
      if (isOver(popup.view)) this.#closeOver(popup);
    }
    this.#close((popup) => changed.includes(popup) && isDoneWith(popup.view.item));
    this.#readShown();
  }

  /** @param {Popup} popup of a call that somebody answered */
  #closeOver(popup) {
    this.tellAnswered(popup.view);
    setTimeout(() => this.#close((other) => other === popup), CLOSES_AFTER_MS);
  }

  #arrange() {
    this.corner.restore();
    this.popups.sort(byRank);
    const seen = visible(this.popups, this.isUnfolded);
    for (const popup of this.popups) if (!seen.has(popup)) this.#conceal(popup);
    for (const popup of this.popups) if (seen.has(popup)) this.#reveal(popup);
    this.#offerMore(this.popups.length - seen.size);
    this.#readShown();
    this.place();
    emit("popups", {});
  }

  /** @param {number} hidden */
  #offerMore(hidden) {
    if (this.popups.length === visible(this.popups, false).size) this.isUnfolded = false;
    this.more.hidden = hidden === 0 && !this.isUnfolded;
    if (this.more.hidden) return;
    const unfold = make("button", { type: "button", class: "nc-link", onclick: () => this.#unfold() }, translate("more", { n: hidden }));
    const closeAll = make("button", { type: "button", class: "nc-link nc-close-all", onclick: () => this.#closeAll() }, translate("closeAll"));
    this.more.replaceChildren(...(hidden ? [unfold] : []), closeAll);
  }

  #unfold() {
    this.isUnfolded = true;
    this.#arrange();
  }

  /** But for calls, which nobody may overlook. */
  #closeAll() {
    for (const { view } of this.popups) if (view.kind === "error") rememberDismissed(view);
    this.#close(({ view }) => view.kind !== "call");
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
    const close = make("button", { type: "button", class: "nc-tool nc-close", "aria-label": label, title: label, onclick: dismiss }, icon(SHAPES.close));
    const body = make("div", { class: "nc-body" }, draw.heading(view, "strong"), ...draw.content(view), actionButtons(view.item), draw.opening(view));
    const traits = { class: `notification__item notification-inner nc-popup nc-${view.kind} ${callClass(view)}`, "data-id": view.id, role: "group", "aria-label": view.title };
    const element = make("div", traits, close, draw.glyph(view), body);
    if (view.click) element.classList.add("nc-leads");
    if (view.color) element.style.borderLeftColor = view.color;
    element.addEventListener("click", (event) => clicked(event, view, element));
    return element;
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

  /** What others took out of the stack is closed; where they took the stack away, it comes back. */
  #tick() {
    this.corner.restore();
    const isPaused = document.hidden || this.stack.matches(":hover, :focus-within");
    for (const popup of this.popups) if (popup.element && !isPaused) popup.left -= TICK_MS;
    this.#close((popup) => popup.left <= 0 || (popup.element !== null && popup.element.parentNode !== this.stack));
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

/**
 * How long a popup stays, in milliseconds: until it is closed for a call, and where the caller says 0.
 * @param {NC.View} view
 */
function lifetime({ kind, timeout }) {
  return timeout === undefined ? (kind === "call" ? Infinity : LIFETIME_MS) : timeout || Infinity;
}

/** @param {MouseEvent} event @param {NC.View} view @param {HTMLElement} element */
function clicked(event, view, element) {
  const control = isControl(event, element);
  const link = targetOf(event).closest("a[href]");
  if (view.item && (link || !control)) setRead([view.item], true);
  if (!control && !getSelection()?.toString()) draw.follow(view);
}

/** @param {NC.Item | null} item */
const isDoneWith = (item) => Boolean(item?.done_at || item?.snoozed_until || (item?.is_read && item.actions?.some(({ closes, state }) => closes && state === "done")));
