// @ts-check
/** A notification or a popup as a page shows it: glyph, title, lines, buttons. */
import { site } from "./api.js";
import { callState, phone, recording } from "./call-view.js";
import { make } from "./dom.js";
import { translate } from "./i18n.js";
import { imageAddress, isSafeImage, linkTo } from "./links.js";
import { safeHtml } from "./safe-html.js";
import { session } from "./session.js";
import { formatTime } from "./times.js";

/** Where a notification leads that leads nowhere. */
const CENTRE = "/inbox/";

let shown = 0;

/**
 * A stored notification, in the contract's shape.
 * @param {NC.Item} item @returns {NC.View}
 */
export function viewOfItem(item) {
  const { title, icon } = item.body;
  const { readable } = item;
  const rows = readable ? readable.rows.map((text, index) => ({ text, class_height: readable.number ? "h5" : item.body.rows[index]?.class_height })) : item.body.rows;
  const kind = icon.call ? "call" : icon.error ? "error" : "message";
  return { id: item.id, kind, title, rows, icon: icon.value, click: item.click.value, buttons: readable?.buttons ?? item.buttons, entity: item.entity, item };
}

/**
 * What `show_*` was given.
 * @param {NC.ShownFields} fields @returns {NC.View}
 */
export function viewOfShown({ kind, header, text, date, icon, link, timeout, color }) {
  const rows = [{ text, class_height: "h4" }, ...(date === undefined ? [] : [{ text: formatTime(date) }])];
  const title = header || translate(kind);
  return { id: `shown-${++shown}`, kind, title, rows, icon: icon ?? "", click: link ?? "", buttons: [], entity: null, timeout, color, item: null };
}

/** @param {NC.View} view */
export function glyph(view) {
  const fallback = new URL(`static/notifcenter/icons/${view.kind}.svg`, site()).href;
  const missed = view.item?.call?.state === "missed" ? new URL("static/notifcenter/icons/missed-call.svg", site()).href : "";
  const src = missed ? missed : isSafeImage(view.icon) ? imageAddress(view.icon, view.item !== null) : fallback;
  const image = make("img", { class: "nc-glyph", src, alt: "", width: "32", height: "32", referrerpolicy: "no-referrer", draggable: "false" });
  image.addEventListener("error", () => (image.src = fallback), { once: true });
  return image;
}

/**
 * The title, a link where the notification leads somewhere.
 * @param {NC.View} view @param {"h3" | "strong"} tag
 */
export function heading(view, tag = "h3") {
  const link = linkTo(view.click, view.item !== null);
  const who = view.item?.readable?.who;
  const what = who ? make("span", { class: "nc-what" }, view.title) : null;
  const name = who || view.title;
  return make(tag, { class: "nc-title", dir: "auto" }, link ? make("a", link, name) : name, what && " ", what, repeats(view));
}

/**
 * How often it came.
 * @param {NC.View} view
 */
function repeats({ item }) {
  if (!item?.repeats) return null;
  const label = translate("repeats", { n: item.repeats });
  return make("span", { class: "nc-repeats", role: "img", "aria-label": label, title: label }, `×${item.repeats}`);
}

/**
 * What stands below the title.
 * @param {NC.View} view
 */
export const content = (view) => [phone(view), callState(view), lines(view), recording(view), buttons(view)];

/** @param {NC.View} view */
export function lines(view) {
  const filled = view.rows.filter((row) => row.text);
  const drawn = filled.map((row) => make("div", { class: `nc-line nc-${row.class_height ?? "h5"}`, dir: "auto" }, safeHtml(row.text, view.item !== null)));
  return make("div", { class: "nc-text" }, ...drawn, entity(view));
}

/**
 * The contact, lead or company it is about, by name, where the title does not name it.
 * @param {NC.View} view
 */
function entity({ entity, item }) {
  if (!entity?.name || entity.name === item?.readable?.who) return null;
  const template = session.page?.entity_urls[entity.type];
  const link = template ? linkTo(template.replace("{id}", encodeURIComponent(entity.id)), true) : null;
  return make("div", { class: "nc-line nc-entity", dir: "auto" }, link ? make("a", link, entity.name) : entity.name);
}

/** @param {NC.View} view */
export function buttons(view) {
  const links = view.buttons.slice(0, 2).flatMap(({ url, title }) => {
    const link = linkTo(url, view.item !== null);
    return link ? [make("a", { ...link, class: "nc-button", dir: "auto" }, title)] : [];
  });
  return links.length ? make("div", { class: "nc-buttons" }, ...links) : null;
}

/**
 * What a popup leads to, as a button; where it has others, or is in the centre alone, there is none.
 * @param {NC.View} view
 */
export function opening({ click, item, buttons }) {
  const link = item && !buttons.length && !item.actions?.length && click !== CENTRE ? linkTo(click, true) : null;
  return link && make("div", { class: "nc-buttons" }, make("a", { ...link, class: "nc-button" }, translate("openIt")));
}

/**
 * Go where a click on the whole leads; another site opens in a tab of its own.
 * @param {NC.View} view
 */
export function follow(view) {
  const link = linkTo(view.click, view.item !== null);
  if (!link) return;
  if (link.target) open(link.href, link.target, "noopener");
  else if (new URL(link.href, location.href).href !== location.href) location.assign(link.href);
}
