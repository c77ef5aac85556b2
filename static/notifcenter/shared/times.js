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
  const { language, timezone: timeZone } = locale;
  const key = JSON.stringify([language, timeZone, shape]);
  const format = formats.get(key) ?? makeFormat(language, { ...shape, timeZone });
  formats.set(key, format);
  return format.format(seconds * 1000);
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
 * When it came into the centre the last time.
 * @param {NC.Item} item
 */
export const arrivedAt = (item) => item.renewed_at ?? item.created_at;

/** @param {number} seconds */
const dateOf = (seconds) => formatTime(seconds, { day: "2-digit", month: "2-digit", year: "numeric" });
