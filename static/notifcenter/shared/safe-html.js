// @ts-check
/** Other people's HTML and links, made safe by the server's whitelist. */

const TAGS = new Set(["A", "B", "BR", "DIV", "EM", "I", "P", "SPAN", "STRONG", "U"]);
const DROPPED = new Set(["SCRIPT", "STYLE", "TEMPLATE", "NOSCRIPT", "IFRAME", "OBJECT", "SVG", "MATH", "TITLE", "TEXTAREA"]);
const TRICKS = /[\s\\\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;

/**
 * A link to http, https, tel, mailto or a path of a site, and nowhere by a trick.
 * @param {unknown} value @returns {value is string}
 */
export function isSafeLink(value) {
  if (typeof value !== "string" || !value || TRICKS.test(value)) return false;
  if (value.startsWith("/")) return !value.startsWith("//");
  if (/^(tel|mailto):/i.test(value)) return true;
  return /^https?:\/\//i.test(value) && /** @type {any} */ (URL).canParse(value) && !new URL(value).username;
}

/** @param {unknown} value @returns {value is string} */
export function isSafeImage(value) {
  return isSafeLink(value) && !/^(tel|mailto):/i.test(value);
}

/** @param {string} text @param {URL | string} base of its relative links */
export function safeHtml(text, base) {
  const fragment = document.createDocumentFragment();
  fragment.append(...cleaned(new DOMParser().parseFromString(text, "text/html").body, base));
  return fragment;
}

/**
 * The words of simple HTML.
 * @param {string} html
 */
export function plainText(html) {
  return safeHtml(html.replace(/<(br|\/p|\/div)\b/gi, " $&"), location.href).textContent?.trim() ?? "";
}

/** @param {Node} parent @param {URL | string} base @returns {Node[]} */
function cleaned(parent, base) {
  return [...parent.childNodes].flatMap((node) => {
    if (node.nodeType === Node.TEXT_NODE) return [document.createTextNode(node.textContent ?? "")];
    if (!(node instanceof Element)) return [];
    const name = node.tagName.toUpperCase();
    if (DROPPED.has(name)) return [];
    return TAGS.has(name) ? [copied(node, base)] : cleaned(node, base);
  });
}

/** @param {Element} element @param {URL | string} base */
function copied(element, base) {
  const copy = document.createElement(element.tagName);
  for (const { name, value } of element.attributes) {
    if (name === "class" || name.startsWith("data-")) copy.setAttribute(name, value);
  }
  const href = element.getAttribute("href");
  if (copy instanceof HTMLAnchorElement && isSafeLink(href)) {
    copy.href = new URL(href, base).href;
    copy.rel = "noopener noreferrer";
  }
  copy.append(...cleaned(element, base));
  return copy;
}
