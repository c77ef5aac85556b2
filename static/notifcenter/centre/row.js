// @ts-check
/** One notification in the centre. */
import { actionButtons } from "../shared/actions.js";
import { call, reasonOf } from "../shared/api.js";
import { callClass } from "../shared/call-view.js";
import { iconButton, isControl, make, targetOf } from "../shared/dom.js";
import { translate } from "../shared/i18n.js";
import { remove, setRead } from "../shared/inbox-changes.js";
import * as draw from "../shared/notification-view.js";
import { arrivedAt, formatAge, formatTime } from "../shared/times.js";

/** @param {NC.Item} item @param {boolean} isSelectable */
export function makeRow(item, isSelectable) {
  const view = draw.viewOfItem(item);
  const title = draw.heading(view);
  title.id = `nc-title-${item.id}`;
  const box = isSelectable ? make("input", { type: "checkbox", class: "nc-select", "aria-label": `${translate("select")}: ${view.title}` }) : null;
  const body = make("div", { class: "nc-body" }, title, ...draw.content(view), facts(item), actionButtons(item));
  const traits = { class: `notification__item notification-inner nc-row ${callClass(view)}`, "data-id": item.id, tabindex: "-1", "aria-labelledby": title.id };
  const element = make("article", traits, box, draw.glyph(view), body, tools(item));
  element.addEventListener("click", (event) => clicked(event, element, item));
  showRead(element, item);
  return element;
}

/**
 * Show whether it is read.
 * @param {Element} element @param {NC.Item} item
 */
export function showRead(element, item) {
  element.classList.toggle("nc-unread", !item.is_read);
  const mark = /** @type {HTMLElement} */ (element.querySelector(".nc-mark"));
  mark.title = translate(item.is_read ? "unreadIt" : "read");
  mark.setAttribute("aria-label", mark.title);
  /** @type {HTMLElement} */ (element.querySelector(".nc-state")).textContent = item.is_read ? "" : translate("isUnread");
}

/**
 * Read it and go where it leads.
 * @param {NC.Item} item
 */
export function openItem(item) {
  setRead([item], true);
  draw.follow(draw.viewOfItem(item));
}

/** @param {NC.Item} item */
function facts(item) {
  const { provider } = item;
  const at = arrivedAt(item);
  const time = make("time", { datetime: new Date(at * 1000).toISOString(), title: formatTime(at), "data-at": at }, formatAge(at));
  return make("div", { class: "nc-meta" }, provider?.name ?? "", " · ", time, make("span", { class: "nc-state nc-unseen" }));
}

/** @param {NC.Item} item */
function tools(item) {
  const why = iconButton("why", translate("why"), () => explain(why, item));
  why.setAttribute("aria-expanded", "false");
  const mark = iconButton("check", translate("read"), () => setRead([item], !item.is_read), "nc-tool nc-mark");
  return make("div", { class: "nc-tools" }, mark, why, iconButton("trash", translate("remove"), () => remove([item]), "nc-tool nc-remove"));
}

/** @param {MouseEvent} event @param {Element} element @param {NC.Item} item */
function clicked(event, element, item) {
  if (targetOf(event).closest("a[href]")) setRead([item], true);
  else if (!isControl(event, element) && !getSelection()?.toString()) openItem(item);
}

/**
 * Each channel with what became of it, below the row.
 * @param {Element} button @param {NC.Item} item
 */
async function explain(button, item) {
  const body = /** @type {Element} */ (button.closest(".nc-row")?.querySelector(".nc-body"));
  const shown = body.querySelector(".nc-why");
  button.setAttribute("aria-expanded", String(!shown));
  if (shown) return shown.remove();
  const list = make("dl", { class: "nc-why", role: "status" }, make("dd", {}, translate("loading")));
  body.append(list);
  try {
    /** @type {{results: NC.DeliveryLine[]}} */
    const { results } = await call("GET", `inbox/${item.id}/deliveries/`);
    const lines = [...results.map(deliveryLine), ...pressLines(item)];
    list.replaceChildren(...(lines.length ? lines : [make("dd", {}, translate("noWhy"))]));
  } catch (problem) {
    list.replaceChildren(make("dd", {}, translate("undone", { why: reasonOf(problem) })));
  }
}

/**
 * Who took what.
 * @param {NC.Item} item
 */
function pressLines({ actions = [] }) {
  const done = actions.filter(({ state }) => state === "done");
  return done.map(({ title, by, at }) => make("div", {}, make("dt", {}, title), make("dd", {}, `${by?.name ?? translate("byNobody")}, ${formatTime(at ?? 0)}`)));
}

/** @param {NC.DeliveryLine} line */
function deliveryLine({ channel, label, state, reason }) {
  const outcome = translate(state === "failed" ? "missed" : state);
  return make("div", {}, make("dt", {}, label ?? channel), make("dd", {}, reason ? `${outcome}: ${reason}` : outcome));
}
