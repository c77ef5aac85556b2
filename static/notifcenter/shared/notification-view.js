// @ts-check
/** A notification or a popup as a page shows it: glyph, title, lines, buttons; its HTML made safe by the server's whitelist. */
import { make } from "./dom.js";
import { site } from "./api.js";
import { say, when } from "./i18n.js";

/**
 * @typedef {{url: string, title: string}} Button
 * @typedef {{id: string, kind: string, title: string, rows: {text: string, class_height?: string}[], icon: string,
 *   click: string, buttons: Button[], base: URL, item: any}} Notice
 */

let numbers = 0;

/** A stored notification, in the contract's shape. */
export function ofItem(item) {
  const { title, icon, rows } = item.body;
  const kind = icon.call ? "call" : icon.error ? "error" : "message";
  return { id: item.id, kind, title, rows, icon: icon.value, click: item.click.value, buttons: item.buttons, base: site(), item };
}

/** What `show_*` was given. */
export function ofShown({ kind, header, text, date, icon, link }) {
  const rows = [{ text, class_height: "h4" }, ...(date === undefined ? [] : [{ text: when(date) }])];
  const title = header || say(kind);
  return { id: `shown-${++numbers}`, kind, title, rows, icon: icon ?? "", click: link ?? "", buttons: [], base: new URL(location.href), item: null };
}

export function glyph(notice) {
  const own = new URL(`static/notifcenter/icons/${notice.kind}.svg`, site()).href;
  const chosen = isSafeImage(notice.icon) ? new URL(notice.icon, notice.base).href : own;
  const image = make("img", { class: "nc-glyph", src: chosen, alt: "", width: "32", height: "32", referrerpolicy: "no-referrer", draggable: "false" });
  image.addEventListener("error", () => (image.src = own), { once: true });
  return image;
}

/** The title, a link where the notification leads somewhere. */
export function heading(notice, tag = "h3") {
  const way = target(notice.click, notice.base);
  return make(tag, { class: "nc-title" }, way ? make("a", way, notice.title) : notice.title);
}

export function lines(notice) {
  const filled = notice.rows.filter((row) => row.text);
  return make("div", { class: "nc-text" }, ...filled.map((row) => make("div", { class: `nc-line nc-${row.class_height ?? "h5"}` }, safeHtml(row.text, notice.base))));
}

export function buttons(notice) {
  const ways = notice.buttons.slice(0, 2).map((button) => ({ ...button, way: target(button.url, notice.base) }));
  const links = ways.filter(({ way }) => way).map(({ way, title }) => make("a", { ...way, class: "nc-button" }, title));
  return links.length ? make("div", { class: "nc-buttons" }, ...links) : null;
}

/** Go where a click on the whole leads; another site opens in a tab of its own. */
export function follow(notice) {
  const way = target(notice.click, notice.base);
  if (!way) return;
  if (way.target) open(way.href, way.target, "noopener");
  else if (way.href !== location.href) location.assign(way.href);
}

function target(url, base) {
  if (!isSafeLink(url)) return null;
  const { href, origin, protocol } = new URL(url, base);
  const isElsewhere = protocol.startsWith("http") && origin !== location.origin;
  return isElsewhere ? { href, target: "_blank", rel: "noopener noreferrer" } : { href };
}

const TAGS = new Set(["A", "B", "BR", "DIV", "EM", "I", "P", "SPAN", "STRONG", "U"]);
const DROPPED = new Set(["SCRIPT", "STYLE", "TEMPLATE", "NOSCRIPT", "IFRAME", "OBJECT", "SVG", "MATH", "TITLE", "TEXTAREA"]);
const TRICKS = /[\s\\\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;

/** A link to http, https, tel, mailto or a path of a site, and nowhere by a trick. */
export function isSafeLink(value) {
  if (typeof value !== "string" || !value || TRICKS.test(value)) return false;
  if (value.startsWith("/")) return !value.startsWith("//");
  if (/^(tel|mailto):/i.test(value)) return true;
  return /^https?:\/\//i.test(value) && /** @type {any} */ (URL).canParse(value) && !new URL(value).username;
}

export function isSafeImage(value) {
  return isSafeLink(value) && !/^(tel|mailto):/i.test(String(value));
}

export function safeHtml(text, base) {
  const fragment = document.createDocumentFragment();
  fragment.append(...cleaned(new DOMParser().parseFromString(text, "text/html").body, base));
  return fragment;
}

/** The words of simple HTML. */
export function words(text) {
  return safeHtml(text.replace(/<(br|\/p|\/div)\b/gi, " $&"), location.href).textContent?.trim() ?? "";
}

function cleaned(parent, base) {
  return [...parent.childNodes].flatMap((node) => {
    if (node.nodeType === Node.TEXT_NODE) return [document.createTextNode(node.textContent ?? "")];
    if (node.nodeType !== Node.ELEMENT_NODE) return [];
    const element = /** @type {Element} */ (node);
    const name = element.tagName.toUpperCase();
    if (DROPPED.has(name)) return [];
    return TAGS.has(name) ? [copied(element, base)] : cleaned(element, base);
  });
}

function copied(element, base) {
  const copy = document.createElement(element.tagName);
  for (const { name, value } of element.attributes) {
    if (name === "class" || name.startsWith("data-")) copy.setAttribute(name, value);
  }
  const href = element.getAttribute("href");
  if (copy instanceof HTMLAnchorElement && href && isSafeLink(href)) {
    copy.href = new URL(href, base).href;
    copy.rel = "noopener noreferrer";
  }
  copy.append(...cleaned(element, base));
  return copy;
}
