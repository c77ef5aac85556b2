// @ts-check
/** Other people's HTML made safe by the server's whitelist; what is not on it keeps its lines apart. */
import { linkTo } from "./links.js";
import { isOurClass, isOurData } from "./our-markup.js";

const TAGS = new Set(["A", "B", "BR", "DIV", "EM", "I", "P", "SPAN", "STRONG", "U"]);
const DROPPED = new Set(["SCRIPT", "STYLE", "TEMPLATE", "NOSCRIPT", "IFRAME", "OBJECT", "SVG", "MATH", "TITLE", "TEXTAREA"]);
const BLOCKS = new Set("ADDRESS ARTICLE ASIDE BLOCKQUOTE CAPTION DD DL DT FIELDSET FIGURE FOOTER FORM H1 H2 H3 H4 H5 H6 HEADER LI MAIN NAV OL PRE SECTION TABLE TR UL".split(" "));
const CELLS = new Set(["TD", "TH"]);
const BOUNDARY = "\x1e";
const MARKS_LINES = /<(br|p|div|ul|ol|li|table|tr|h[1-6]|pre|blockquote)\b/i;

/** @param {string} text @param {boolean} isStored whether its relative links belong to the host application */
export function safeHtml(text, isStored) {
  const html = MARKS_LINES.test(text) ? text : text.trim().replace(/\r\n?|\n/g, "<br>");
  const fragment = document.createDocumentFragment();
  fragment.append(...cleaned(new DOMParser().parseFromString(html, "text/html").body, isStored));
  return fragment;
}

/**
 * The words of simple HTML in one line.
 * @param {string} html
 */
export const plainText = (html) => plainLines(html).replace(/\s+/g, " ");

/**
 * Simple HTML as the server makes plain text of it: a line for each of its lines.
 * @param {string} html
 */
export function plainLines(html) {
  const holder = document.createElement("div");
  holder.append(safeHtml(html.replace(/[ \t\r\n\f]+/g, MARKS_LINES.test(html) ? " " : "$&"), true));
  for (const element of holder.querySelectorAll("br")) element.replaceWith("\n");
  for (const element of holder.querySelectorAll("p, div")) {
    element.before(BOUNDARY);
    element.after(BOUNDARY);
  }
  const lines = (holder.textContent ?? "").replace(/\n?[ ]*\x1e[\s\x1e]*/g, "\n").split("\n");
  return lines.map((line) => line.replaceAll("\u00a0", " ").trim()).join("\n").trim();
}

/** @param {Node} parent @param {boolean} isStored @returns {Node[]} */
function cleaned(parent, isStored) {
  return [...parent.childNodes].flatMap((node) => {
    if (node.nodeType === Node.TEXT_NODE) return [document.createTextNode(node.textContent ?? "")];
    if (!(node instanceof Element)) return [];
    const name = node.tagName.toUpperCase();
    if (DROPPED.has(name)) return [];
    return TAGS.has(name) ? [copied(node, isStored)] : unwrapped(name, cleaned(node, isStored));
  });
}

/** @param {string} name of a tag that goes @param {Node[]} children */
function unwrapped(name, children) {
  if (CELLS.has(name)) return [...children, document.createTextNode(" \u00a0")];
  if (!BLOCKS.has(name)) return children;
  const line = document.createElement("div");
  line.dir = "auto";
  line.append(name === "LI" ? "• " : "", ...children);
  return [line];
}

/** @param {Element} element @param {boolean} isStored */
function copied(element, isStored) {
  const copy = document.createElement(element.tagName);
  for (const { name, value } of element.attributes) {
    if (name === "class") copy.className = value.split(/\s+/).filter((each) => !isOurClass(each)).join(" ");
    else if (name.startsWith("data-") && !isOurData(name)) copy.setAttribute(name, value);
  }
  if (["P", "DIV"].includes(copy.tagName)) copy.dir = "auto";
  const link = copy instanceof HTMLAnchorElement && linkTo(element.getAttribute("href"), isStored);
  if (link) for (const [name, value] of Object.entries({ rel: "noopener noreferrer", ...link })) copy.setAttribute(name, value);
  copy.append(...cleaned(element, isStored));
  return copy;
}
