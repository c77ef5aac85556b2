// @ts-check
/** The inbox page: the list of the centre on a whole page, with many at once. */
import * as acts from "../shared/inbox-changes.js";
import { Controls } from "../centre/filters.js";
import { InboxList } from "../centre/inbox-list.js";
import { make, on } from "../shared/dom.js";
import { say } from "../shared/i18n.js";

const state = /** @type {any} */ (window)[Symbol.for("notifcenter")];
if (state.desk) begin();
else addEventListener("notifcenter-ready", begin, { once: true });

function begin() {
  const place = /** @type {HTMLElement} */ (document.getElementById("inbox"));
  const root = make("div", { class: "nc-page" });
  const list = new InboxList(root, { scroller: null, selectable: true });
  list.filter.unread = new URLSearchParams(location.search).get("unread") === "1";
  const controls = new Controls(list, state.desk);
  list.stands(state.desk.stands());
  const help = make("p", { class: "nc-keys" }, say("keys"));
  place.replaceChildren(controls.element, bulk(list), root, help);
  const button = (word, name, press) => make("button", { type: "button", class: `nc-button ${name}`, onclick: press }, say(word));
  controls.element.append(button("readAll", "nc-read-all", () => acts.readAll(state.desk.cursor())), button("removeRead", "nc-remove-read", acts.removeRead));
  document.addEventListener("keydown", (event) => isOurs(event) && list.keys.press(event));
  list.show();
}

/** Keys in the panel are the panel's. */
const isOurs = (event) => !(/** @type {Element} */ (event.target).closest(".nc-panel, #popups_inbox"));

function bulk(list) {
  const all = make("input", { type: "checkbox", id: "select-all", onchange: () => select(list, all.checked) });
  const press = (word, act) =>
    make("button", { type: "button", class: "nc-button", disabled: true, onclick: () => act(chosen(list)) }, say(word));
  const buttons = [press("read", (items) => acts.read(items, true)), press("unreadIt", (items) => acts.read(items, false)), press("remove", acts.remove)];
  const refresh = () => {
    const { length } = chosen(list);
    all.checked = length > 0 && length === list.items.length;
    for (const button of buttons) button.disabled = !length;
  };
  list.root.addEventListener("change", refresh);
  all.addEventListener("change", refresh);
  on("listed", refresh);
  return make("div", { class: "nc-bulk" }, make("label", {}, all, " ", say("selectAll")), ...buttons);
}

function select(list, isOn) {
  for (const box of list.root.querySelectorAll(".nc-select")) /** @type {HTMLInputElement} */ (box).checked = isOn;
}

function chosen(list) {
  const rows = [...list.root.querySelectorAll(".nc-select:checked")].map((box) => /** @type {HTMLElement} */ (box.closest(".nc-row")).dataset.id ?? "");
  return rows.map((id) => list.find(id)?.item).filter(Boolean);
}
