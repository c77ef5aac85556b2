// @ts-check
/** The bell with its badge; the panel behind it is loaded when somebody reaches for it. */
import { icon, make } from "../shared/dom.js";
import { on } from "../shared/events.js";
import { translate } from "../shared/i18n.js";

/** @param {NC.Feed} feed */
export function mountBell(feed) {
  const place = document.querySelector("[data-notifcenter-bell]");
  if (!place) return;
  const badge = make("span", { class: "nc-badge", "aria-hidden": "true" });
  const bell = make("button", { type: "button", class: "nc-bell", "aria-haspopup": "dialog", "aria-expanded": "false" }, icon("bell"), badge);
  place.replaceChildren(bell);
  /** @param {number} unread */
  const count = (unread) => showCount(bell, badge, unread);
  count(feed.unread());
  on("unread", count);
  /** @type {Promise<import("../centre/panel.js").Panel> | undefined} */
  let panel;
  const load = () => (panel ??= import("../centre/panel.js").then(({ Panel }) => new Panel(feed, bell)));
  bell.addEventListener("pointerenter", load, { once: true });
  bell.addEventListener("click", async () => (await load()).toggle());
}

/** @param {HTMLElement} bell @param {HTMLElement} badge @param {number} unread */
function showCount(bell, badge, unread) {
  bell.setAttribute("aria-label", unread ? translate("bell", { n: unread }) : translate("quiet"));
  badge.textContent = unread > 99 ? "99+" : String(unread);
  badge.hidden = unread === 0;
}
