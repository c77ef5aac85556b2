// @ts-check
/** Times in the reader's language and zone, from Unix seconds. */
import { locale, translate } from "./i18n.js";

const DAY = 86_400;

/**
 * Making a format is slow, and a list needs the same few for every row.
 * @type {Map<string, Intl.DateTimeFormat>}
 */
const formats = new Map();

/** @param {number} seconds @param {Intl.DateTimeFormatOptions} shape */
export function formatTime(seconds, shape = { dateStyle: "medium", timeStyle: "short" }) {
  return formatOf(shape).format(seconds * 1000);
}

/** @param {number} seconds @param {Intl.DateTimeFormatOptions} shape @returns {Record<string, string>} */
function partsOf(seconds, shape) {
  return Object.fromEntries(formatOf(shape).formatToParts(seconds * 1000).map(({ type, value }) => [type, value]));
}

/** @param {Intl.DateTimeFormatOptions} shape */
function formatOf(shape) {
  const { language, timezone: timeZone } = locale;
  const key = JSON.stringify([language, timeZone, shape]);
  const format = formats.get(key) ?? makeFormat(language, { ...shape, timeZone });
  formats.set(key, format);
  return format;
}

/**
 * In the browser's own zone where it does not know the reader's.
 * @param {string} language @param {Intl.DateTimeFormatOptions} shape
 */
function makeFormat(language, shape) {
  try {
    return new Intl.DateTimeFormat(language, shape);
  } catch {
    return new Intl.DateTimeFormat(language, { ...shape, timeZone: undefined });
  }
}

/**
 * How long ago, short; the time of day where that is over a day.
 * @param {number} seconds
 */
export function formatAge(seconds) {
  const passed = Math.max(0, Date.now() / 1000 - seconds);
  if (passed > DAY) return formatTime(seconds, { timeStyle: "short" });
  const relative = new Intl.RelativeTimeFormat(locale.language, { numeric: "auto", style: "short" });
  if (passed < 60) return relative.format(0, "second");
  return passed < 3600 ? relative.format(-Math.floor(passed / 60), "minute") : relative.format(-Math.floor(passed / 3600), "hour");
}

/**
 * The day as a heading.
 * @param {number} seconds
 */
export function formatDay(seconds) {
  const [date, now] = [dateOf(seconds), Date.now() / 1000];
  if (date === dateOf(now)) return translate("today");
  if (date === dateOf(now - DAY)) return translate("yesterday");
  const year = dateOf(now).endsWith(date.slice(-4)) ? undefined : "numeric";
  return formatTime(seconds, { weekday: "long", day: "numeric", month: "long", year });
}

/**
 * A time to come: the time of day, and the day where that is not today.
 * @param {number} seconds
 */
export function formatWhen(seconds) {
  const isToday = dateOf(seconds) === dateOf(Date.now() / 1000);
  return formatTime(seconds, isToday ? { timeStyle: "short" } : { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}

/**
 * The Unix seconds of a wall time in the reader's zone; where the clock jumps over it, of the same time by the hours before.
 * @param {string} local as `2026-11-27T09:00`
 */
export function fromWallTime(local) {
  const asUtc = Date.parse(`${local}Z`) / 1000;
  const first = asUtc - offsetAt(asUtc);
  return asUtc - offsetAt(first);
}

/**
 * The wall time in the reader's zone, as `2026-11-27T09:00`.
 * @param {number} seconds
 */
export const toWallTime = (seconds) => new Date((seconds + offsetAt(seconds)) * 1000).toISOString().slice(0, 16);

/**
 * How far the reader's zone is ahead of UTC at a time, in seconds.
 * @param {number} seconds
 */
function offsetAt(seconds) {
  const shape = /** @type {Intl.DateTimeFormatOptions} */ ({ year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  const { day, month, year, hour, minute, second } = partsOf(seconds, shape);
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) / 1000 - Math.floor(seconds);
}

/**
 * When it came into the centre the last time.
 * @param {NC.Item} item
 */
export const arrivedAt = (item) => item.renewed_at ?? item.created_at;

/** @param {number} seconds */
const dateOf = (seconds) => formatTime(seconds, { day: "2-digit", month: "2-digit", year: "numeric" });
