// @ts-check
/** Texts as widgets pass them: whatever comes is made a string of the size that is kept. */

const MAX_TEXT = 4000;
const CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Plain text on one line.
 * @param {unknown} given @param {number} limit
 */
export const line = (given, limit) => shortened(string(given).replace(/[\r\n]+/g, " ").trim(), limit);

/**
 * Text that may carry simple HTML; a tag that the limit would cut goes whole.
 * @param {unknown} given
 */
export function prose(given) {
  const text = string(given);
  const cut = shortened(text, MAX_TEXT);
  return cut === text ? text : cut.replace(/<[^<>]*…$/, "…");
}

/** @param {unknown} given @returns {string} */
export function string(given) {
  if (given == null) return "";
  const text = typeof given === "object" && !(given instanceof Date) ? JSON.stringify(given) : String(given);
  return (/** @type {any} */ (text).toWellFormed?.() ?? text).replace(CONTROLS, "");
}

/** @param {string} text @param {number} limit */
export function shortened(text, limit) {
  const characters = text.length > limit ? [...text] : [];
  return characters.length > limit ? characters.slice(0, limit - 1).join("") + "…" : text;
}

/**
 * Whether plain text shows anything: spaces and invisible marks do not.
 * @param {string} text
 */
export function isVisible(text) {
  return text.replace(/[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, "") !== "";
}

/**
 * Whether HTML shows anything: its tags do not.
 * @param {string} html
 */
export function shows(html) {
  return isVisible(html.replace(/<[^>]*>/g, ""));
}
