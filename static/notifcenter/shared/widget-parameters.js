// @ts-check
/** What widgets pass, in all its wild shapes, turned into the contract's fields; what cannot be mended is refused. */
import { problem } from "./api.js";

const MAX_HEADER = 255;
const MAX_TEXT = 4000;
const MAX_LINK = 2000;
const MAX_DURATION = 10_000_000;
const LAST_SECOND = 253_402_300_799;
/** From here on a date is in milliseconds. */
const FIRST_MILLISECOND = 100_000_000_000;
const CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;

/** @typedef {Record<string, any>} Parameters */

/**
 * The fields of the three `show_*`. Throws a problem.
 * @param {string} method @param {unknown} params @returns {NC.ShownFields}
 */
export function shownFields(method, params) {
  const given = object(params);
  const isNotification = method === "show_notification";
  const inner = isNotification && typeof given.text === "object" && given.text ? given.text : given;
  const [header, text] = [line(inner.header, MAX_HEADER), prose(inner.text)];
  if (!header && !text) throw refused(method, ["header", "text"]);
  if (!header || !text) warn(method, `${header ? "text" : "header"} is missing`);
  return { kind: kindOf(method, given.type), header, text, date: seconds(method, given.date), icon: url(given.icon), link: url(given.link) };
}

/**
 * The body of `POST me/notifications/` for `add_call` and `add_error`. Throws a problem.
 * @param {string} method @param {unknown} params
 */
export function addedFields(method, params) {
  const given = object(params);
  const text = prose(given.text);
  if (!text.trim()) throw refused(method, ["text"]);
  const isCall = method === "add_call";
  return present({
    kind: isCall ? "call" : "error",
    text,
    header: line(given.header, MAX_HEADER),
    date: seconds(method, given.date),
    link: url(given.link),
    widget_code: line(given.widget_code, MAX_HEADER),
    ...(isCall ? callFields(method, given) : {}),
  });
}

/** @param {string} method @param {Parameters} given */
function callFields(method, given) {
  return {
    from: line(given.from, MAX_HEADER),
    to: line(given.to, MAX_HEADER),
    click_link: url(given.click_link),
    duration: duration(method, given.duration),
    element: element(method, given.element),
  };
}

/** @param {string} method @param {unknown} given */
function element(method, given) {
  if (given == null || given === "") return undefined;
  const { id, type, name } = object(given);
  const known = ["contact", "lead", "company"].includes(String(type));
  const named = (typeof id === "number" && Number.isFinite(id)) || (typeof id === "string" && id !== "");
  if (known && named) return { id, type: String(type), name: line(name, MAX_HEADER) };
  warn(method, "element needs an id and a type (contact, lead, company); it is left away");
  return undefined;
}

/** @param {string} method @param {unknown} given */
function duration(method, given) {
  if (given == null || given === "") return undefined;
  const number = Math.round(Number(given));
  if (number >= 0 && number <= MAX_DURATION) return number;
  warn(method, "duration is no number of seconds; it is left away");
  return undefined;
}

/**
 * Unix seconds from seconds, milliseconds, a Date or an ISO string.
 * @param {string} method @param {unknown} given
 */
function seconds(method, given) {
  if (given == null || given === "") return undefined;
  const number = Number(typeof given === "string" && !/^\d+(\.\d+)?$/.test(given.trim()) ? Date.parse(given) : given);
  const isMilliseconds = given instanceof Date || Number.isNaN(Number(given)) || number >= FIRST_MILLISECOND;
  const whole = Math.floor(isMilliseconds ? number / 1000 : number);
  if (whole >= 0 && whole <= LAST_SECOND) return whole;
  warn(method, "date is none; it is left away");
  return undefined;
}

/** @param {string} method @param {unknown} type @returns {NC.View["kind"]} */
function kindOf(method, type) {
  if (method === "show_message_error") return "error";
  return method === "show_notification" && (type === "call" || type === "error") ? type : "message";
}

/**
 * Plain text on one line.
 * @param {unknown} given @param {number} limit
 */
const line = (given, limit) => shortened(string(given).replace(/[\r\n]+/g, " ").trim(), limit);

/**
 * Text that may carry simple HTML; a tag that the limit would cut goes whole.
 * @param {unknown} given
 */
function prose(given) {
  const text = string(given);
  const cut = shortened(text, MAX_TEXT);
  return cut === text ? text : cut.replace(/<[^<>]*…$/, "…");
}

/** @param {unknown} given */
const url = (given) => shortened(string(given).trim(), MAX_LINK) || undefined;

/** @param {unknown} given @returns {string} */
function string(given) {
  if (given == null) return "";
  const text = typeof given === "object" && !(given instanceof Date) ? JSON.stringify(given) : String(given);
  return (/** @type {any} */ (text).toWellFormed?.() ?? text).replace(CONTROLS, "");
}

/** @param {string} text @param {number} limit */
function shortened(text, limit) {
  const characters = text.length > limit ? [...text] : [];
  return characters.length > limit ? characters.slice(0, limit - 1).join("") + "…" : text;
}

/** @param {unknown} given @returns {Parameters} */
const object = (given) => (given !== null && typeof given === "object" ? given : {});

/** @param {Parameters} fields */
const present = (fields) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ""));

/** @param {string} method @param {string} why */
function warn(method, why) {
  console.warn(`Notifcenter: ${method}: ${why}.`);
}

/** @param {string} method @param {string[]} names */
function refused(method, names) {
  const errors = names.map((name) => ({ pointer: `/${name}`, detail: "This field is required." }));
  return problem(400, "Bad Request", `${method} needs ${names.join(" or ")}.`, errors);
}
