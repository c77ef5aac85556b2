// @ts-check
/** What may stand beside a text, as widgets pass it: mended where that is plain, else left away with a warning. */
import { isSafeImage, isSafeLink } from "./links.js";
import { isVisible, line, shortened, string } from "./widget-text.js";

const MAX_NAME = 255;
const MAX_LINK = 2000;
const MAX_DURATION = 10_000_000;
const LAST_SECOND = 253_402_300_799;
/** From here on a date is in milliseconds. */
const FIRST_MILLISECOND = 100_000_000_000;
/** @type {Record<string, string>} */
const ELEMENT_TYPES = { 1: "contact", contact: "contact", contacts: "contact", 2: "lead", lead: "lead", leads: "lead", 3: "company", company: "company", companies: "company" };
const ELEMENT_ID = /^(?=.*[\p{L}\p{N}])[\p{L}\p{N}_-]{1,64}$/u;

/**
 * A link, its spaces encoded; a bare `www.` gets its scheme.
 * @param {string} method @param {string} name @param {unknown} given
 */
export function link(method, name, given) {
  return checked(method, name, mended(given), isSafeLink);
}

/** @param {string} method @param {unknown} given */
export function image(method, given) {
  return checked(method, "icon", mended(given), isSafeImage);
}

/** @param {unknown} given */
function mended(given) {
  const text = string(given).trim().replace(/\s/g, encodeURIComponent);
  return shortened(/^www\./i.test(text) ? `https://${text}` : text, MAX_LINK);
}

/** @param {string} method @param {string} name @param {string} value @param {(value: unknown) => boolean} isGood */
function checked(method, name, value, isGood) {
  if (!value || isGood(value)) return value || undefined;
  return leftAway(method, `${name} is no address that can be used`);
}

/** @param {string} method @param {unknown} given */
export function element(method, given) {
  if (!given) return undefined;
  const { id, type, name } = /** @type {Record<string, unknown>} */ (Object(given));
  const [key, kind] = [typeof id === "string" ? id.trim() : id, ELEMENT_TYPES[String(type).toLowerCase()]];
  const isNamed = Number.isSafeInteger(key) || (typeof key === "string" && ELEMENT_ID.test(key));
  if (kind && isNamed) return { id: key, type: kind, name: line(name, MAX_NAME) };
  return leftAway(method, "element needs an id and a type (contact, lead, company)");
}

/** @param {string} method @param {unknown} given */
export function duration(method, given) {
  return number(method, "duration", given, MAX_DURATION);
}

/** @param {string} method @param {unknown} given */
export function timeout(method, given) {
  return number(method, "timeout", given, Infinity);
}

/** @param {string} method @param {string} name @param {unknown} given @param {number} limit */
function number(method, name, given, limit) {
  if (given == null || given === "") return undefined;
  const value = typeof given === "number" || typeof given === "string" ? Math.round(Number(given)) : NaN;
  return value >= 0 && value <= limit ? value : leftAway(method, `${name} is no number that can be used`);
}

/** @param {string} method @param {unknown} given */
export function color(method, given) {
  if (!given) return undefined;
  return CSS.supports("color", String(given)) ? String(given) : leftAway(method, "color is none");
}

/**
 * Unix seconds from seconds, milliseconds, a Date or an ISO string.
 * @param {string} method @param {unknown} given
 */
export function date(method, given) {
  if (given == null || given === "") return undefined;
  const value = Number(typeof given === "string" && !/^\d+(\.\d+)?$/.test(given.trim()) ? Date.parse(given) : given);
  const isMilliseconds = given instanceof Date || Number.isNaN(Number(given)) || value >= FIRST_MILLISECOND;
  const whole = Math.floor(isMilliseconds ? value / 1000 : value);
  return whole >= 0 && whole <= LAST_SECOND ? whole : leftAway(method, "date is none");
}

/** What is sent as it is: what the server refuses of it is left away then. */
const PLAIN = ["category", "renew", "fold_key", "actions", "read_on_show", "image"];

/**
 * How long it lives, and what its repeats are.
 * @param {string} method @param {Record<string, unknown>} given
 */
export function life(method, given) {
  const isCritical = given.priority === "critical";
  if (isCritical) warn(method, "nothing from a page is critical; the priority is high");
  return {
    ...Object.fromEntries(PLAIN.map((name) => [name, given[name] ?? undefined])),
    key: given.key == null ? undefined : string(given.key),
    priority: isCritical ? "high" : (given.priority ?? undefined),
    send_at: date(method, given.send_at),
    expires_at: date(method, given.expires_at),
  };
}

/** @param {string} method @param {string} why @returns {undefined} */
function leftAway(method, why) {
  warn(method, `${why}; it is left away`);
  return undefined;
}

/** @param {string} method @param {string} why */
export function warn(method, why) {
  console.warn(`Notifcenter: ${method}: ${why}.`);
}

const STYLES = ["primary", "default", "danger"];
const MAX_ACTIONS = 3;
const MAX_TITLE = 40;
const ID = /^[a-z0-9_-]{1,32}$/;

/** @param {string} method @param {unknown} given */
export function actions(method, given) {
  if (given == null) return undefined;
  const listed = Array.isArray(given) ? given : [];
  const usable = listed.flatMap((one) => action(method, one) ?? []);
  const distinct = usable.filter((one, index) => usable.findIndex(({ id }) => id === one.id) === index);
  if (!Array.isArray(given) || distinct.length < usable.length || distinct.length > MAX_ACTIONS) warn(method, `actions is no list of up to ${MAX_ACTIONS} different ones; the rest is left away`);
  return distinct.length ? distinct.slice(0, MAX_ACTIONS) : undefined;
}

/** @param {string} method @param {unknown} given */
function action(method, given) {
  const { id, title, style, url, exclusive, closes } = /** @type {Record<string, unknown>} */ (Object(given));
  const [key, words] = [string(id), line(title, MAX_TITLE)];
  const address = url == null ? "" : link(method, "an action's url", url);
  if (!ID.test(key) || !isVisible(words) || address === undefined) {
    warn(method, "an action needs an id, a title and, where it has one, an url that can be used; it is left away");
    return null;
  }
  const common = { id: key, title: words, style: STYLES.includes(string(style)) ? string(style) : "default" };
  return address ? { ...common, url: address } : { ...common, exclusive: exclusive === true, closes: closes === true };
}
