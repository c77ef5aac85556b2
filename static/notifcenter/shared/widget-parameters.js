// @ts-check
/** What widgets pass, in all its wild shapes, turned into the contract's fields; what cannot be mended is refused. */
import { problem } from "./api.js";

const HEADER = 255;
const TEXT = 4000;
const LINK = 2000;
const LAST_SECOND = 253_402_300_799;
const MILLISECONDS_FROM = 100_000_000_000;
const CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;

/** @typedef {{kind: string, header: string, text: string, date?: number, icon?: string, link?: string}} Shown */

/** The fields of the three `show_*`. */
export function shownFields(method, params) {
  const given = object(params);
  const isNotification = method === "show_notification";
  const inner = isNotification && typeof given.text === "object" && given.text ? given.text : given;
  const [header, text] = [line(inner.header, HEADER), prose(inner.text)];
  if (!header && !text) throw refused(method, ["header", "text"]);
  if (!header || !text) warn(method, `${header ? "text" : "header"} is missing`);
  return { kind: kindOf(method, given.type), header, text, date: seconds(method, given.date), icon: url(given.icon), link: url(given.link) };
}

/** The body of `POST me/notifications/` for `add_call` and `add_error`. */
export function addedFields(method, params) {
  const given = object(params);
  const text = prose(given.text);
  if (!text.trim()) throw refused(method, ["text"]);
  const isCall = method === "add_call";
  return present({
    kind: isCall ? "call" : "error",
    text,
    header: line(given.header, HEADER),
    date: seconds(method, given.date),
    link: url(given.link),
    widget_code: line(given.widget_code, HEADER),
    ...(isCall ? callFields(method, given) : {}),
  });
}

function callFields(method, given) {
  return {
    from: line(given.from, HEADER),
    to: line(given.to, HEADER),
    click_link: url(given.click_link),
    duration: duration(method, given.duration),
    element: element(method, given.element),
  };
}

function element(method, given) {
  if (given == null || given === "") return undefined;
  const { id, type, name } = object(given);
  const known = ["contact", "lead", "company"].includes(String(type));
  const named = (typeof id === "number" && Number.isFinite(id)) || (typeof id === "string" && id !== "");
  if (known && named) return { id, type: String(type), name: line(name, HEADER) };
  warn(method, "element needs an id and a type (contact, lead, company); it is left away");
  return undefined;
}

function duration(method, given) {
  if (given == null || given === "") return undefined;
  const number = Math.round(Number(given));
  if (number >= 0 && number <= 10_000_000) return number;
  warn(method, "duration is no number of seconds; it is left away");
  return undefined;
}

/** Unix seconds from seconds, milliseconds, a Date or an ISO string. */
function seconds(method, given) {
  if (given == null || given === "") return undefined;
  const number = Number(typeof given === "string" && !/^\d+(\.\d+)?$/.test(given.trim()) ? Date.parse(given) : given);
  const isMilliseconds = given instanceof Date || Number.isNaN(Number(given)) || number >= MILLISECONDS_FROM;
  const found = Math.floor(isMilliseconds ? number / 1000 : number);
  if (found >= 0 && found <= LAST_SECOND) return found;
  warn(method, "date is none; it is left away");
  return undefined;
}

function kindOf(method, type) {
  if (method === "show_message_error") return "error";
  return method === "show_notification" && (type === "call" || type === "error") ? type : "message";
}

/** Plain text on one line. */
const line = (given, limit) => shortened(string(given).replace(/[\r\n]+/g, " ").trim(), limit);

/** Text that may carry simple HTML; a tag that the limit would cut goes whole. */
function prose(given) {
  const text = string(given);
  const cut = shortened(text, TEXT);
  return cut === text ? text : cut.replace(/<[^<>]*…$/, "…");
}

const url = (given) => shortened(string(given).trim(), LINK) || undefined;

function string(given) {
  if (given == null) return "";
  const text = typeof given === "object" && !(given instanceof Date) ? JSON.stringify(given) : String(given);
  return (/** @type {any} */ (text).toWellFormed?.() ?? text).replace(CONTROLS, "");
}

function shortened(text, limit) {
  const characters = text.length > limit ? [...text] : [];
  return characters.length > limit ? characters.slice(0, limit - 1).join("") + "…" : text;
}

const object = (given) => (given !== null && typeof given === "object" ? given : {});

const present = (fields) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ""));

function warn(method, why) {
  console.warn(`Notifcenter: ${method}: ${why}.`);
}

function refused(method, names) {
  const errors = names.map((name) => ({ pointer: `/${name}`, detail: "This field is required." }));
  return problem(400, "Bad Request", `${method} needs ${names.join(" or ")}.`, errors);
}
