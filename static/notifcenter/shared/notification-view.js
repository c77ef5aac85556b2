// @ts-check
/** A notification or a popup as a page shows it: glyph, title, lines, buttons. */
import { site } from "./api.js";
import { make } from "./dom.js";
import { translate } from "./i18n.js";
import { isSafeImage, isSafeLink, safeHtml } from "./safe-html.js";
import { formatTime } from "./times.js";

let shown = 0;

/**
 * A stored notification, in the contract's shape.
 * @param {NC.Item} item @returns {NC.View}
 */
export function viewOfItem(item) {
  const { title, icon, rows } = item.body;
  const kind = icon.call ? "call" : icon.error ? "error" : "message";
  return { id: item.id, kind, title, rows, icon: icon.value, click: item.click.value, buttons: item.buttons, base: site(), item };
}

/**
 * What `show_*` was given.
 * @param {NC.ShownFields} fields @returns {NC.View}
 */
export function viewOfShown({ kind, header, text, date, icon, link }) {
  const rows = [{ text, class_height: "h4" }, ...(date === undefined ? [] : [{ text: formatTime(date) }])];
  const title = header || translate(kind);
  return { id: `shown-${++shown}`, kind, title, rows, icon: icon ?? "", click: link ?? "", buttons: [], base: new URL(location.href), item: null };
}

/** @param {NC.View} view */
export function glyph(view) {
  const fallback = new URL(`static/notifcenter/icons/${view.kind}.svg`, site()).href;
  const src = isSafeImage(view.icon) ? new URL(view.icon, view.base).href : fallback;
  const image = make("img", { class: "nc-glyph", src, alt: "", width: "32", height: "32", referrerpolicy: "no-referrer", draggable: "false" });
  image.addEventListener("error", () => (image.src = fallback), { once: true });
  return image;
}

/**
 * The title, a link where the notification leads somewhere.
 * @param {NC.View} view @param {"h3" | "strong"} tag
 */
export function heading(view, tag = "h3") {
  const link = linkTo(view.click, view.base);
  return make(tag, { class: "nc-title" }, link ? make("a", link, view.title) : view.title);
}

/** @param {NC.View} view */
export function lines(view) {
  const filled = view.rows.filter((row) => row.text);
  return make("div", { class: "nc-text" }, ...filled.map((row) => make("div", { class: `nc-line nc-${row.class_height ?? "h5"}` }, safeHtml(row.text, view.base))));
}

/** @param {NC.View} view */
export function buttons(view) {
  const links = view.buttons.slice(0, 2).flatMap(({ url, title }) => {
    const link = linkTo(url, view.base);
    return link ? [make("a", { ...link, class: "nc-button" }, title)] : [];
  });
  return links.length ? make("div", { class: "nc-buttons" }, ...links) : null;
}

/**
 * Go where a click on the whole leads; another site opens in a tab of its own.
 * @param {NC.View} view
 */
export function follow(view) {
  const link = linkTo(view.click, view.base);
  if (!link) return;
  if (link.target) open(link.href, link.target, "noopener");
  else if (link.href !== location.href) location.assign(link.href);
}

/**
 * An anchor's attributes, or null.
 * @param {string} url @param {URL} base @returns {{href: string, target?: string, rel?: string} | null}
 */
function linkTo(url, base) {
  if (!isSafeLink(url)) return null;
  const { href, origin, protocol } = new URL(url, base);
  const isElsewhere = protocol.startsWith("http") && origin !== location.origin;
  return isElsewhere ? { href, target: "_blank", rel: "noopener noreferrer" } : { href };
}
