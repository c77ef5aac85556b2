// @ts-check
/** The inbox page: the list of the centre on a whole page, with many at once. */
import { Filters } from "../centre/filters.js";
import { InboxList } from "../centre/inbox-list.js";
import { make, targetOf } from "../shared/dom.js";
import { on } from "../shared/events.js";
import { translate } from "../shared/i18n.js";
import { readAll, remove, removeRead, setRead } from "../shared/inbox-changes.js";
import { session } from "../shared/session.js";

if (session.feed) begin();
else addEventListener("notifcenter-ready", begin, { once: true });

function begin() {
  const feed = /** @type {NC.Feed} */ (session.feed);
  const place = /** @type {HTMLElement} */ (document.getElementById("inbox"));
  const root = make("div", { class: "nc-page" });
  const list = new InboxList(root, { scroller: null, isSelectable: true });
  list.filter.unread = new URLSearchParams(location.search).get("unread") === "1";
  const filters = new Filters(list, feed);
  list.showConnection(feed.connection());
  const help = make("p", { class: "nc-keys" }, translate("keys"));
  place.replaceChildren(filters.element, bulkBar(list), root, help);
  filters.element.append(button("readAll", "nc-read-all", () => readAll(feed.cursor())), button("removeRead", "nc-remove-read", removeRead));
  document.addEventListener("keydown", (event) => isOfPage(event) && list.keyboard.press(event));
  list.show();
}

/**
 * Keys in the panel are the panel's.
 * @param {KeyboardEvent} event
 */
function isOfPage(event) {
  return !targetOf(event).closest(".nc-panel, #popups_inbox");
}

/** @param {string} word @param {string} name @param {() => void} onclick */
function button(word, name, onclick, disabled = false) {
  return make("button", { type: "button", class: `nc-button ${name}`, onclick, disabled }, translate(word));
}

/** @param {InboxList} list */
function bulkBar(list) {
  const all = make("input", { type: "checkbox", id: "select-all" });
  const buttons = [
    button("read", "", () => setRead(selected(list), true), true),
    button("unreadIt", "", () => setRead(selected(list), false), true),
    button("remove", "", () => remove(selected(list)), true),
  ];
  const refresh = () => {
    const { length } = selected(list);
    all.checked = length > 0 && length === list.items.length;
    for (const each of buttons) each.disabled = !length;
  };
  list.root.addEventListener("change", refresh);
  all.addEventListener("change", () => {
    selectAll(list, all.checked);
    refresh();
  });
  on("listed", refresh);
  return make("div", { class: "nc-bulk" }, make("label", {}, all, " ", translate("selectAll")), ...buttons);
}

/** @param {InboxList} list @param {boolean} isOn */
function selectAll(list, isOn) {
  for (const box of list.root.querySelectorAll(".nc-select")) /** @type {HTMLInputElement} */ (box).checked = isOn;
}

/** @param {InboxList} list */
function selected(list) {
  const ids = [...list.root.querySelectorAll(".nc-select:checked")].map((box) => box.closest(".nc-row")?.getAttribute("data-id") ?? "");
  return ids.flatMap((id) => list.rows.find(id)?.item ?? []);
}
