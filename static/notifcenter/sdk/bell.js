// @ts-check
/** The bells with their badges; the panel behind them is loaded when somebody reaches for it. */
import { SHAPES, icon, make } from "../shared/dom.js";
import { on } from "../shared/events.js";
import { translate } from "../shared/i18n.js";

/** @typedef {{element: HTMLButtonElement, badge: HTMLElement}} Bell */

/** @type {Map<Element, Bell>} */
const bells = new Map();
/** @type {Promise<import("../centre/panel.js").Panel> | undefined} */
let panel;
let isSignedOut = false;

/**
 * Draw a bell in every place for one that has none.
 * @param {NC.Session} session
 */
export function mountBells(session) {
  if (!customElements.get("notifcenter-bell")) begin(session);
  for (const place of bells.keys()) if (!place.isConnected) bells.delete(place);
  for (const place of document.querySelectorAll("notifcenter-bell, [data-notifcenter-bell]")) {
    if (!place.contains(bells.get(place)?.element ?? null)) mount(place, session);
  }
}

/** @param {NC.Session} session */
function begin(session) {
  customElements.define("notifcenter-bell", class extends HTMLElement {});
  const refresh = () => bells.forEach((bell) => show(bell, session));
  on("unread", refresh);
  on("connection", (connection) => {
    isSignedOut = connection === "signed-out";
    refresh();
  });
}

/** @param {Element} place @param {NC.Session} session */
function mount(place, session) {
  const badge = make("span", { class: "nc-badge", "aria-hidden": "true" });
  const element = make("button", { type: "button", class: "nc-bell", "aria-haspopup": "dialog", "aria-expanded": "false" }, icon(SHAPES.bell), badge);
  place.replaceChildren(element);
  bells.set(place, { element, badge });
  show({ element, badge }, session);
  /** @param {NC.Feed} feed */
  const load = (feed) => (panel ??= import("../centre/panel.js").then(({ makePanel }) => makePanel(feed)));
  element.addEventListener("pointerenter", () => session.feed && load(session.feed), { once: true });
  element.addEventListener("click", async () => session.feed && (await load(session.feed)).toggle(element));
}

/** @param {Bell} bell @param {NC.Session} session */
function show({ element, badge }, session) {
  const unread = session.feed?.unread() ?? session.page?.unread ?? 0;
  const words = isSignedOut ? translate("signedOut") : unread ? translate("bell", { n: unread }) : translate("quiet");
  element.setAttribute("aria-label", words);
  element.title = isSignedOut ? words : "";
  element.classList.toggle("nc-signed-out", isSignedOut);
  badge.textContent = isSignedOut ? "!" : unread > 99 ? "99+" : String(unread);
  badge.hidden = unread === 0 && !isSignedOut;
}
