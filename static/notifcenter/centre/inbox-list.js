// @ts-check
/** The list of the centre: it puts together the pages that are fetched, the rows that show them, and the live changes. */
import { reasonOf } from "../shared/api.js";
import { make } from "../shared/dom.js";
import { emit, on } from "../shared/events.js";
import { translate } from "../shared/i18n.js";
import { emptyState } from "./empty.js";
import { cleaned } from "./filter.js";
import { InboxPages } from "./inbox-pages.js";
import { InboxRows } from "./inbox-rows.js";
import { InboxUpdates } from "./inbox-updates.js";
import { Keyboard } from "./keys/keyboard.js";
import { Selection } from "./selection.js";
import { watchSwipes } from "./swipe.js";

const SKELETONS = 6;
/** So near the top counts as at the top, in pixels. */
const TOP_MARGIN = 8;

export class InboxList {
  /** @param {HTMLElement} root @param {{scroller: HTMLElement | null, isSelectable?: boolean}} options */
  constructor(root, { scroller, isSelectable = false }) {
    this.root = root;
    this.scroller = scroller;
    this.foot = make("div", { class: "nc-foot", "aria-live": "polite" });
    /** @type {InboxPages} */
    this.pages = new InboxPages({
      append: (page) => this.#append(page),
      replace: (page) => this.#replace(page),
      fail: (error) => this.#showFailure(error),
      length: () => this.items.length,
      needsMore: () => this.rows.isEndNear,
    });
    this.selection = isSelectable ? new Selection(this) : null;
    /** @type {InboxRows} */
    this.rows = new InboxRows({ scroller, foot: this.foot, look: { selection: this.selection, query: () => this.filter.q ?? "" }, onScroll: () => this.pages.more() });
    this.keyboard = new Keyboard(this);
    watchSwipes(this.rows);
    this.updates = new InboxUpdates(this);
    root.append(this.updates.pill, this.rows.element, this.foot);
    on("connection", (connection) => this.showConnection(connection));
  }

  get items() {
    return this.rows.items;
  }

  get filter() {
    return this.pages.filter;
  }

  get hasMore() {
    return this.pages.next !== null;
  }

  get isEmpty() {
    return !this.rows.chunks.length;
  }

  /**
   * Begin anew under a filter.
   * @param {NC.Filter} filter what of it is another; an empty text takes one away
   */
  show(filter = {}) {
    this.pages.filter = cleaned({ ...this.filter, ...filter });
    this.selection?.clear();
    this.#clear();
    this.foot.replaceChildren(...Array.from({ length: SKELETONS }, () => make("div", { class: "nc-skeleton" })));
    return this.pages.first();
  }

  insertFresh() {
    this.updates.insertFresh();
  }

  /** Fetch anew what is shown, without a flicker. */
  reload() {
    return this.pages.reload();
  }

  isAtTop() {
    return this.#top() < TOP_MARGIN;
  }

  /** @param {number} top */
  scrollTo(top) {
    (this.scroller ?? window).scrollTo({ top });
  }

  /** The rows are others: say that there is nothing where that is so. */
  changed() {
    const isEmpty = this.isEmpty && !this.hasMore && !this.updates.fresh.length;
    if (isEmpty) this.foot.replaceChildren(emptyState(this.filter, this.selection !== null));
    else if (this.foot.querySelector(".nc-empty")) this.foot.replaceChildren();
    this.keyboard.ensureReachable();
    emit("listed", this);
  }

  /**
   * Say that the network or the session is gone; what failed to load comes with it.
   * @param {NC.Connection | ""} connection
   */
  showConnection(connection) {
    this.root.querySelector(":scope > .nc-offline")?.remove();
    const words = { offline: "offline", "signed-out": "signedOut", online: "", "": "" }[connection];
    if (words) this.root.prepend(make("p", { class: "nc-offline", role: "status" }, translate(words)));
    else if (this.pages.failed) this.pages.retry();
  }

  /** @param {NC.InboxPage} page */
  #append({ next, results }) {
    this.pages.next = next;
    const known = new Set(this.items.map((item) => item.id));
    this.rows.append(results.filter((item) => !known.has(item.id)));
    this.foot.replaceChildren();
    this.changed();
  }

  /** @param {NC.InboxPage} page */
  #replace(page) {
    const top = this.#top();
    this.#clear();
    this.#append(page);
    this.scrollTo(top);
  }

  #clear() {
    this.pages.forget();
    this.updates.clear();
    this.rows.clear();
  }

  #top() {
    return this.scroller?.scrollTop ?? scrollY;
  }

  /** @param {unknown} error */
  #showFailure(error) {
    const retry = make("button", { type: "button", class: "nc-button", onclick: () => this.pages.retry() }, translate("retry"));
    this.foot.replaceChildren(make("p", { class: "nc-note" }, translate("failed", { why: reasonOf(error) })), retry);
  }
}
