// @ts-check
/** One notification in the centre, in two lines: who and what, then the text; time and source at the right. */
import { actionButtons } from "../shared/actions.js";
import { callClass, callState, phone, recording } from "../shared/call-view.js";
import { icon, isControl, make, targetOf } from "../shared/dom.js";
import { translate } from "../shared/i18n.js";
import { setRead } from "../shared/inbox-changes.js";
import * as draw from "../shared/notification-view.js";
import { arrivedAt, formatAge, formatTime } from "../shared/times.js";
import { ICONS } from "./icons.js";
import { markHits } from "./marks.js";
import { rowTools } from "./row-tools.js";
import { whenBack } from "./verbs.js";

/**
 * How rows are drawn: with a box where they can be selected, with what is searched for marked.
 * @typedef {{selection: import("./selection.js").Selection | null, query: () => string}} Look
 */

/** @param {NC.Item} item @param {Look} look */
export function makeRow(item, { selection, query }) {
  const view = draw.viewOfItem(item);
  const title = draw.heading(view);
  title.id = `nc-title-${item.id}`;
  const body = make("div", { class: "nc-body" }, make("div", { class: "nc-first" }, title, phone(view)), make("div", { class: "nc-second" }, callState(view), draw.lines(view)));
  const offers = [recording(view), draw.buttons(view), actionButtons(item)].filter(Boolean);
  const traits = { class: `notification__item notification-inner nc-row ${callClass(view)}`, "data-id": item.id, tabindex: "-1", "aria-labelledby": title.id };
  const element = make("article", traits, selection && box(item, view, selection), draw.glyph(view), body, offers.length ? make("div", { class: "nc-offers" }, ...offers) : null, facts(item));
  element.append(...rowTools(item, element));
  body.querySelector(".nc-copy")?.append(icon(ICONS.copy));
  element.addEventListener("click", (event) => clicked(event, element, item));
  markHits(body, item, query());
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
  mark.title = translate(item.is_read ? "unreadIt" : "readIt");
  mark.setAttribute("aria-label", mark.title);
  mark.replaceChildren(icon(item.is_read ? ICONS.unread : ICONS.read));
  /** @type {HTMLElement} */ (element.querySelector(".nc-state")).textContent = item.is_read ? "" : translate("isUnread");
}

/**
 * Show whether it is selected.
 * @param {Element} element @param {boolean} isSelected
 */
export function showSelected(element, isSelected) {
  element.classList.toggle("nc-selected", isSelected);
  /** @type {HTMLInputElement} */ (element.querySelector(".nc-select")).checked = isSelected;
}

/**
 * Read it and go where it leads.
 * @param {NC.Item} item
 */
export function openItem(item) {
  setRead([item], true);
  draw.follow(draw.viewOfItem(item));
}

/** @param {NC.Item} item @param {NC.View} view @param {import("./selection.js").Selection} selection */
function box(item, view, selection) {
  const field = make("input", { type: "checkbox", class: "nc-select", "aria-label": `${translate("select")}: ${view.title}` });
  field.checked = selection.has(item);
  field.addEventListener("change", () => selection.set(item, field.checked));
  return make("label", { class: "nc-pick" }, field);
}

/** @param {NC.Item} item */
function facts(item) {
  const at = arrivedAt(item);
  const time = make("time", { datetime: new Date(at * 1000).toISOString(), title: formatTime(at), "data-at": at }, formatAge(at));
  const back = item.snoozed_until ? translate("backAt", { when: whenBack(item.snoozed_until) }) : "";
  const pin = item.pinned_at ? make("span", { class: "nc-pinned", role: "img", "aria-label": translate("isPinned"), title: translate("isPinned") }, icon(ICONS.pin)) : null;
  return make("div", { class: "nc-meta" }, make("div", { class: "nc-time" }, pin, time), make("div", { class: "nc-source" }, back || (item.provider?.name ?? "")), make("span", { class: "nc-state nc-unseen" }));
}

/** @param {MouseEvent} event @param {Element} element @param {NC.Item} item */
function clicked(event, element, item) {
  if (targetOf(event).closest("a[href]")) setRead([item], true);
  else if (!isControl(event, element) && !getSelection()?.toString()) openItem(item);
}
