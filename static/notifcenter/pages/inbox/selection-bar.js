// @ts-check
/** The bar over the list: what is selected, and what can be done with all of it. */
import { snooze } from "../../centre/row-tools.js";
import { perform } from "../../centre/verbs.js";
import { make } from "../../shared/dom.js";
import { on } from "../../shared/events.js";
import { translate } from "../../shared/i18n.js";
import { showFailure } from "../../shared/undo-bar.js";

/**
 * @typedef {import("../../centre/inbox-list.js").InboxList} List
 * @typedef {import("../../centre/selection.js").Selection} Selection
 */

/** @param {List} list @param {{ask: () => Promise<number>}} counts */
export function selectionBar(list, counts) {
  const selection = /** @type {Selection} */ (list.selection);
  const all = make("input", { type: "checkbox", id: "select-all" });
  const words = make("span", { class: "nc-chosen", role: "status" });
  const tools = make("div", { class: "nc-bulk-tools" });
  const refresh = () => {
    const { count } = selection;
    all.checked = count > 0 && (selection.all !== null || (!list.hasMore && count === list.items.length));
    all.indeterminate = count > 0 && !all.checked;
    words.textContent = count ? translate(selection.all ? "selectedAll" : "selected", { n: count }) : "";
    tools.hidden = !count;
  };
  all.addEventListener("change", () => (all.checked ? selectAll(selection, counts) : selection.clear()));
  on("selected", (changed) => changed === selection && refresh());
  on("listed", (listed) => listed === list && refresh());
  on("filtered", ({ state }) => tools.replaceChildren(...buttons(selection, state)));
  refresh();
  return make("div", { class: "nc-bulk" }, make("label", {}, all, translate("selectAll")), words, tools);
}

/** @param {Selection} selection @param {{ask: () => Promise<number>}} counts */
async function selectAll(selection, counts) {
  try {
    selection.selectAll(await counts.ask());
  } catch (problem) {
    showFailure(problem);
    selection.clear();
  }
}

/** @param {Selection} selection @param {string} [state] of the list */
function buttons(selection, state) {
  return [
    act(selection, "read"),
    act(selection, "unread"),
    act(selection, state === "done" ? "undone" : "done"),
    act(selection, state === "pinned" ? "unpin" : "pin"),
    state === "snoozed" ? act(selection, "unsnooze") : snoozeButton(selection),
    act(selection, "delete"),
  ];
}

/** @param {Selection} selection @param {NC.Verb} verb */
function act(selection, verb) {
  const onclick = async () => {
    const isAll = selection.all !== null;
    if ((await perform(verb, selection.chosen())) && isAll) selection.clear();
  };
  return make("button", { type: "button", class: "nc-button", onclick }, translate(`${verb}It`));
}

/** @param {Selection} selection */
function snoozeButton(selection) {
  /** @type {HTMLButtonElement} */
  const button = make("button", { type: "button", class: "nc-button", "aria-haspopup": "menu", onclick: () => snooze(selection.chosen(), button) }, translate("snoozeIt"));
  return button;
}
