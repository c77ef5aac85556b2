// @ts-check
/** The list of the centre: fetched as one scrolls, drawn only near what is seen, in step with every change. */
import * as acts from "../shared/inbox-changes.js";
import { Keys } from "./filters.js";
import { make, on, tell } from "../shared/dom.js";
import { call } from "../shared/api.js";
import { Chunk, showRead } from "./row.js";
import { say } from "../shared/i18n.js";

const PAGE = 50;
const LARGE_PAGE = 200;
const AHEAD = "1200px 0px";

export class InboxList {
  constructor(root, { scroller, selectable = false }) {
    this.root = root;
    this.scroller = scroller;
    this.selectable = selectable;
    this.filter = { unread: false, provider: "" };
    /** @type {Chunk[]} */
    this.chunks = [];
    /** @type {any[]} */
    this.fresh = [];
    /** @type {string | null} */
    this.next = null;
    this.turn = 0;
    this.isLoading = false;
    /** @type {string | undefined} */
    this.broken = undefined;
    this.pill = make("button", { type: "button", class: "nc-pill", hidden: true, onclick: () => this.insertFresh() });
    this.rows = make("div", { class: "nc-rows" });
    this.foot = make("div", { class: "nc-foot", "aria-live": "polite" });
    root.append(this.pill, this.rows, this.foot);
    this.near = new IntersectionObserver((seen) => this.#seen(seen), { root: scroller, rootMargin: AHEAD });
    this.near.observe(this.foot);
    this.keys = new Keys(this);
    this.#listen();
  }

  get items() {
    return this.chunks.flatMap((chunk) => chunk.items);
  }

  /** Begin anew under a filter. */
  show(/** @type {{unread?: boolean, provider?: string}} */ filter = {}) {
    Object.assign(this.filter, filter);
    this.#clear();
    this.foot.replaceChildren(...Array.from({ length: 4 }, () => make("div", { class: "nc-skeleton" })));
    return this.#load(this.#address(PAGE));
  }

  /** Fetch anew what is shown, without a flicker. */
  async reload() {
    if (this.isLoading) return void (this.isBehind = true);
    this.isBehind = false;
    const turn = ++this.turn;
    const length = Math.min(LARGE_PAGE, Math.max(PAGE, this.items.length));
    const page = await call("GET", this.#address(length)).catch(() => null);
    if (!page || turn !== this.turn) return;
    const top = this.scroller?.scrollTop ?? scrollY;
    this.#clear();
    this.#append(page);
    (this.scroller ?? window).scrollTo({ top });
  }

  /** Put what came in meanwhile on top. */
  insertFresh() {
    const items = this.fresh.splice(0).filter((item) => !acts.removing.has(item.id));
    if (items.length) this.#add(items, true);
    this.pill.hidden = true;
    (this.scroller ?? window).scrollTo({ top: 0 });
    this.#standing();
  }

  /** The chunk and place of an item, or null. */
  find(id) {
    for (const chunk of this.chunks) {
      const index = chunk.items.findIndex((item) => item.id === id);
      if (index >= 0) return { chunk, index, item: chunk.items[index] };
    }
    return null;
  }

  #listen() {
    on("notification", ({ data }) => this.#arrived(data));
    on("read", (change) => this.#marked(change));
    on("removed", ({ ids, isMine }) => this.#removed(ids, isMine));
    on("restored", () => this.reload());
    on("reset", () => this.reload());
    on("state", (state) => this.stands(state));
    setInterval(() => this.chunks.forEach((chunk) => chunk.tick()), 60_000);
  }

  #address(limit) {
    const asked = new URLSearchParams({ limit: String(limit) });
    if (this.filter.unread) asked.set("unread", "1");
    if (this.filter.provider) asked.set("provider", this.filter.provider);
    return `inbox/?${asked}`;
  }

  async #load(address) {
    if (this.isLoading) return;
    const turn = this.turn;
    this.isLoading = true;
    try {
      const page = await call("GET", address);
      if (turn === this.turn) this.#append(page);
    } catch (problem) {
      if (turn === this.turn) this.#failed(address, problem);
    } finally {
      this.isLoading = false;
    }
    if (turn !== this.turn) this.#load(this.#address(PAGE));
    else if (this.isBehind) this.reload();
    else this.#more();
  }

  #append(page) {
    this.next = page.next;
    const known = new Set(this.items.map((item) => item.id));
    const items = page.results.filter((item) => !known.has(item.id) && !acts.removing.has(item.id));
    for (let at = 0; at < items.length; at += PAGE) this.#add(items.slice(at, at + PAGE), false);
    this.foot.replaceChildren();
    this.#standing();
  }

  #add(items, onTop) {
    const first = this.chunks[0];
    if (onTop && first && first.items.length < PAGE) return first.prepend(items);
    const chunk = new Chunk(items, this.selectable, (of) => this.#before(of));
    if (onTop) this.chunks.unshift(chunk);
    else this.chunks.push(chunk);
    if (onTop) this.rows.prepend(chunk.element);
    else this.rows.append(chunk.element);
    chunk.draw();
    if (onTop) first?.draw();
    this.near.observe(chunk.element);
  }

  /** The item above a chunk's first. */
  #before(chunk) {
    return this.chunks[this.chunks.indexOf(chunk) - 1]?.items.at(-1);
  }

  #seen(seen) {
    for (const { target, isIntersecting } of seen) {
      if (target === this.foot) this.isFootNear = isIntersecting;
      else this.chunks.find((chunk) => chunk.element === target)?.show(isIntersecting);
    }
    this.#more();
  }

  #more() {
    if (this.isFootNear && this.next && !this.isLoading) this.#load(this.next.replace(/limit=\d+/, `limit=${LARGE_PAGE}`));
  }

  #clear() {
    this.turn += 1;
    this.chunks = [];
    this.fresh = [];
    this.next = null;
    this.pill.hidden = true;
    this.near.disconnect();
    this.near.observe(this.foot);
    this.rows.replaceChildren();
  }

  #arrived(item) {
    if (this.find(item.id) || (this.filter.provider && this.filter.provider !== item.provider?.code)) return;
    if (this.filter.unread && item.is_read) return;
    this.fresh.unshift(item);
    if (this.#isResting()) return this.insertFresh();
    this.pill.textContent = say("fresh", { n: this.fresh.length });
    this.pill.hidden = false;
  }

  /** Whether nobody is reading: at the top, with neither pointer nor focus on a row. */
  #isResting() {
    const top = this.scroller ? this.scroller.scrollTop : scrollY;
    return top < 8 && !this.rows.matches(":hover, :focus-within");
  }

  #marked({ ids, all, read, unread }) {
    const named = new Set(ids);
    for (const chunk of this.chunks) {
      for (const item of chunk.items) if (all || named.has(item.id)) this.#mark(chunk, item, read);
    }
    for (const item of this.fresh) if (all || named.has(item.id)) item.is_read = read;
    if (all && unread) this.reload();
    this.#standing();
  }

  #mark(chunk, item, read) {
    item.is_read = read;
    const row = chunk.row(item.id);
    if (row) showRead(row, item);
  }

  #removed(ids, isMine) {
    this.fresh = this.fresh.filter((item) => !ids.includes(item.id));
    for (const id of ids) {
      const found = this.find(id);
      if (!found) continue;
      if (isMine) this.keys.leave(found.chunk.row(id));
      found.chunk.remove(found.index);
      if (!found.chunk.items.length) this.#drop(found.chunk);
    }
    this.#standing();
    this.#more();
  }

  #drop(chunk) {
    const next = this.chunks[this.chunks.indexOf(chunk) + 1];
    this.chunks = this.chunks.filter((other) => other !== chunk);
    this.near.unobserve(chunk.element);
    chunk.element.remove();
    next?.draw();
  }

  #failed(address, problem) {
    const retry = make("button", { type: "button", class: "nc-button", onclick: () => this.#again() }, say("retry"));
    this.foot.replaceChildren(make("p", { class: "nc-note" }, say("failed", { why: problem.detail })), retry);
    this.broken = address;
  }

  /** Say that the network or the session is gone; what failed to load comes with it. */
  stands(state) {
    this.root.querySelector(":scope > .nc-offline")?.remove();
    const note = { offline: "offline", out: "signedOut" }[state];
    if (note) this.root.prepend(make("p", { class: "nc-offline", role: "status" }, say(note)));
    else if (this.broken) this.#again();
  }

  #again() {
    const address = this.broken ?? this.#address(PAGE);
    this.broken = undefined;
    this.#load(address);
  }

  /** Say what there is, or that there is nothing. */
  #standing() {
    const isEmpty = !this.chunks.length && !this.next && !this.fresh.length;
    const words = this.filter.unread ? "noneUnread" : this.filter.provider ? "noneFrom" : "none";
    if (isEmpty) this.foot.replaceChildren(make("p", { class: "nc-empty" }, say(words)));
    else if (this.foot.querySelector(".nc-empty")) this.foot.replaceChildren();
    this.keys.enter();
    tell("listed", this);
  }
}
