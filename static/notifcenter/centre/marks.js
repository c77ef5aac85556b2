// @ts-check
/** What a search matched is marked where it is drawn: a number may stand there as people write it. */
import { plainLines } from "../shared/safe-html.js";

const LETTERS = /[\p{L}\p{M}\p{N}]/u;
/** Numbers in any notation. */
const NUMBERS = /\d[\d\s()./\u2010-\u2015-]*\d/g;

/**
 * Mark in an element what the server found in an item's title and text, and the words of the query in its names.
 * @param {Element} element @param {NC.Item} item @param {string} query
 */
export function markHits(element, { hits, body }, query) {
  if (!hits) return;
  const text = plainLines(body.rows[0]?.text ?? "");
  const parts = [...slices(body.title, hits.title), ...slices(text, hits.text), ...(query.match(NUMBERS) ?? []), ...query.replace(NUMBERS, " ").split(/\s+/)];
  const wanted = [...new Set(parts.map(normalized))].filter(Boolean).sort((one, other) => other.length - one.length);
  if (!wanted.length) return;
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(/** @type {Text} */ (walker.currentNode));
  for (const node of nodes) markIn(node, wanted);
}

/** @param {string} text @param {[number, number][]} ranges */
const slices = (text, ranges) => ranges.map(([start, end]) => text.slice(start, end));

/** @param {Text} node @param {string[]} wanted */
function markIn(node, wanted) {
  const places = placesOf(node.data);
  const letters = places.map(({ letter }) => letter).join("");
  /** @type {[number, number][]} */
  const ranges = [];
  for (let at = 0; at < places.length; at += 1) {
    const found = wanted.find((part) => letters.startsWith(part, at) && (isNumber(part) || places[at]?.isStart));
    const [first, last] = [places[at], found && places[at + found.length - 1]];
    if (!found || !first || !last) continue;
    ranges.push([first.at, last.at + 1]);
    at += found.length - 1;
  }
  for (const [start, end] of ranges.reverse()) surround(node, start, end);
}

/** @param {Text} node @param {number} start @param {number} end */
function surround(node, start, end) {
  const range = document.createRange();
  range.setStart(node, start);
  range.setEnd(node, end);
  range.surroundContents(document.createElement("mark"));
}

/**
 * The letters and digits of a text, each with its place in UTF-16 units.
 * @param {string} text
 */
function placesOf(text) {
  /** @type {{letter: string, at: number, isStart: boolean}[]} */
  const places = [];
  let isStart = true;
  let at = 0;
  for (const character of text) {
    const isLetter = LETTERS.test(character);
    if (isLetter) places.push({ letter: folded(character), at, isStart });
    isStart = !isLetter;
    at += character.length;
  }
  return places;
}

/**
 * The letters alone; of a number without its 8 or 7, as it may be written with the other.
 * @param {string} part
 */
function normalized(part) {
  const letters = placesOf(part).map(({ letter }) => letter).join("");
  return /^[78]\d{10}$/.test(letters) ? letters.slice(1) : letters;
}

/** @param {string} letter */
const folded = (letter) => (letter.toLowerCase()[0] ?? letter).replace("ё", "е");

/** @param {string} part */
const isNumber = (part) => /^\d{4,}$/.test(part);
