// @ts-check
/** One notification in the centre, and a page of them, drawn while it is near. */
import * as acts from "../shared/inbox-changes.js";
import * as view from "../shared/notification-view.js";
import { iconButton, isControl, make } from "../shared/dom.js";
import { call } from "../shared/api.js";
import { ago, day, say, when } from "../shared/i18n.js";

export function row(item, isSelectable) {
  const notice = view.ofItem(item);
  const name = `nc-title-${item.id}`;
  const title = view.heading(notice);
  title.id = name;
  const box = isSelectable ? make("input", { type: "checkbox", class: "nc-select", "aria-label": `${say("select")}: ${notice.title}` }) : null;
  const main = make("div", { class: "nc-body" }, title, view.lines(notice), meta(item), view.buttons(notice));
  const traits = { class: "notification__item notification-inner nc-row", "data-id": item.id, tabindex: "-1", "aria-labelledby": name };
  const element = make("article", traits, box, view.glyph(notice), main, tools(item));
  element.addEventListener("click", (event) => clicked(event, element, notice));
  showRead(element, item);
  return element;
}

/** Show whether it is read. */
export function showRead(element, item) {
  element.classList.toggle("nc-unread", !item.is_read);
  const mark = /** @type {HTMLElement} */ (element.querySelector(".nc-mark"));
  mark.title = say(item.is_read ? "unreadIt" : "read");
  mark.setAttribute("aria-label", mark.title);
  /** @type {HTMLElement} */ (element.querySelector(".nc-state")).textContent = item.is_read ? "" : say("isUnread");
}

/** Read it and go where it leads. */
export function open(item) {
  acts.read([item], true);
  view.follow(view.ofItem(item));
}

function meta(item) {
  const time = make("time", { datetime: new Date(item.created_at * 1000).toISOString(), title: when(item.created_at), "data-at": item.created_at }, ago(item.created_at));
  return make("div", { class: "nc-meta" }, item.provider?.name ?? "", " · ", time, make("span", { class: "nc-state nc-said" }));
}

function tools(item) {
  const why = iconButton("why", say("why"), (event) => explain(/** @type {Element} */ (event.currentTarget), item));
  why.setAttribute("aria-expanded", "false");
  const mark = iconButton("check", say("read"), () => acts.read([item], !item.is_read), "nc-tool nc-mark");
  return make("div", { class: "nc-tools" }, mark, why, iconButton("trash", say("remove"), () => acts.remove([item]), "nc-tool nc-remove"));
}

function clicked(event, element, notice) {
  if (/** @type {Element} */ (event.target).closest("a[href]")) return void acts.read([notice.item], true);
  if (!isControl(event, element) && !getSelection()?.toString()) open(notice.item);
}

/** Each channel with what became of it, below the row. */
async function explain(button, item) {
  const body = /** @type {Element} */ (button.closest(".nc-row")?.querySelector(".nc-body"));
  const shown = body.querySelector(".nc-why");
  button.setAttribute("aria-expanded", String(!shown));
  if (shown) return shown.remove();
  const list = make("dl", { class: "nc-why", role: "status" }, make("dd", {}, say("loading")));
  body.append(list);
  try {
    const { results } = await call("GET", `inbox/${item.id}/deliveries/`);
    list.replaceChildren(...(results.length ? results.map(line) : [make("dd", {}, say("noWhy"))]));
  } catch (/** @type {any} */ problem) {
    list.replaceChildren(make("dd", {}, say("undone", { why: problem.detail })));
  }
}

function line({ channel, label, state, reason }) {
  const told = say(state === "failed" ? "missed" : state);
  return make("div", {}, make("dt", {}, label ?? channel), make("dd", {}, reason ? `${told}: ${reason}` : told));
}

export class Chunk {
  constructor(items, selectable, before) {
    this.items = items;
    this.selectable = selectable;
    this.before = before;
    this.isDrawn = false;
    this.element = make("div", { class: "nc-chunk" });
  }

  /** Draw it, or keep only its height; never from under somebody's focus. */
  show(isNear) {
    if (isNear && !this.isDrawn) this.draw();
    else if (!isNear && this.isDrawn && !this.element.contains(document.activeElement)) this.#fold();
  }

  draw() {
    const focused = this.element.contains(document.activeElement) ? document.activeElement?.closest(".nc-row") : null;
    const kept = new Map([...this.element.querySelectorAll(".nc-row")].map((old) => [old.getAttribute("data-id"), old]));
    this.isDrawn = true;
    this.element.style.height = "";
    this.element.replaceChildren(...this.#parts(kept));
    if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  }

  prepend(items) {
    this.items.unshift(...items);
    this.draw();
  }

  remove(index) {
    this.items.splice(index, 1);
    if (this.isDrawn) this.draw();
  }

  row(id) {
    return this.element.querySelector(`.nc-row[data-id="${CSS.escape(id)}"]`);
  }

  /** A minute has passed. */
  tick() {
    for (const time of this.element.querySelectorAll("time")) time.textContent = ago(Number(time.dataset.at));
  }

  #fold() {
    this.element.style.height = `${this.element.offsetHeight}px`;
    this.element.replaceChildren();
    this.isDrawn = false;
  }

  #parts(kept) {
    let above = this.before(this);
    return this.items.flatMap((item) => {
      const isNewDay = !above || day(above.created_at) !== day(item.created_at);
      above = item;
      const element = kept.get(item.id) ?? row(item, this.selectable);
      return isNewDay ? [make("h3", { class: "nc-day" }, day(item.created_at)), element] : [element];
    });
  }
}
