// @ts-check
/** The bell with its badge; the panel behind it is loaded when somebody reaches for it. */
import { icon, make, on } from "../shared/dom.js";
import { say } from "../shared/i18n.js";

/**
 * What the page knows, as the centre asks for it.
 * @typedef {{page: any, unread: () => number, cursor: () => number, stands: () => string}} Desk
 */

export function hang(desk) {
  tellPages(desk);
  const place = document.querySelector("[data-notifcenter-bell]");
  if (!place) return;
  const badge = make("span", { class: "nc-badge", "aria-hidden": "true" });
  const bell = make("button", { type: "button", class: "nc-bell", "aria-haspopup": "dialog", "aria-expanded": "false" }, icon("bell"), badge);
  place.replaceChildren(bell);
  const count = (unread) => show(bell, badge, unread);
  count(desk.unread());
  on("unread", count);
  /** @type {Promise<any> | undefined} */
  let centre;
  const fetched = () => (centre ??= import("../centre/panel.js").then((module) => new module.Centre(desk, bell)));
  bell.addEventListener("pointerenter", fetched, { once: true });
  bell.addEventListener("click", async () => (await fetched()).toggle());
}

/** The site's own pages get the same desk. */
function tellPages(desk) {
  Object.assign(/** @type {any} */ (window)[Symbol.for("notifcenter")], { desk });
  dispatchEvent(new Event("notifcenter-ready"));
}

function show(bell, badge, unread) {
  bell.setAttribute("aria-label", unread ? say("bell", { n: unread }) : say("quiet"));
  badge.textContent = unread > 99 ? "99+" : String(unread);
  badge.hidden = unread === 0;
}
