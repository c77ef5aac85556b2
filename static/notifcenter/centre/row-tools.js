// @ts-check
/** What can be done with one row: at its right on hover and focus, behind a button where there is no mouse. */
import { iconButton, make } from "../shared/dom.js";
import { translate } from "../shared/i18n.js";
import { ICONS } from "./icons.js";
import { unfold } from "./receipt.js";
import { askSnooze } from "./snooze/menu.js";
import { perform, verbFor } from "./verbs.js";

/** @type {Record<"read" | "unread" | "done" | "undone" | "pin" | "unpin" | "snooze" | "unsnooze", string>} */
const SHAPES = { read: ICONS.read, unread: ICONS.unread, done: ICONS.check, undone: ICONS.back, pin: ICONS.pin, unpin: ICONS.pin, snooze: ICONS.clock, unsnooze: ICONS.back };

/** @param {NC.Item} item @param {Element} row */
export function rowTools(item, row) {
  const buttons = [
    tool("done", item),
    snoozeTool(item),
    tool("pin", item, item.pinned_at ? "nc-tool nc-on" : "nc-tool"),
    tool("read", item, "nc-tool nc-mark"),
    iconButton(ICONS.trash, translate("deleteIt"), () => perform("delete", [item]), "nc-tool nc-remove"),
    unfolding(item, row),
  ];
  return [make("div", { class: "nc-tools" }, ...buttons), more(row)];
}

/**
 * Snooze an item until what is chosen in a menu.
 * @param {NC.Item[] | NC.AllChosen} chosen @param {HTMLElement} anchor
 */
export const snooze = (chosen, anchor) => askSnooze(anchor, (until) => perform("snooze", chosen, until));

/** @param {"read" | "done" | "pin"} kind @param {NC.Item} item */
function tool(kind, item, className = "nc-tool") {
  const verb = /** @type {keyof typeof SHAPES} */ (verbFor(kind, item));
  return iconButton(SHAPES[verb], translate(`${verb}It`), () => perform(verbFor(kind, item), [item]), className);
}

/** @param {NC.Item} item */
function snoozeTool(item) {
  const verb = /** @type {"snooze" | "unsnooze"} */ (verbFor("snooze", item));
  const button = iconButton(SHAPES[verb], translate(`${verb}It`), () => (verb === "snooze" ? snooze([item], button) : perform(verb, [item])), "nc-tool nc-snooze");
  if (verb === "snooze") button.setAttribute("aria-haspopup", "menu");
  return button;
}

/** @param {NC.Item} item @param {Element} row */
function unfolding(item, row) {
  const button = iconButton(ICONS.details, translate("details"), () => unfold(row, button, item), "nc-tool nc-details");
  button.setAttribute("aria-expanded", "false");
  return button;
}

/** @param {Element} row */
function more(row) {
  const button = iconButton(ICONS.dots, translate("moreTools"), () => button.setAttribute("aria-expanded", String(row.classList.toggle("nc-handy"))), "nc-tool nc-more-tools");
  button.setAttribute("aria-expanded", "false");
  return button;
}
