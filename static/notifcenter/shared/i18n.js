// @ts-check
/** Words, times and plurals in the reader's language; the words themselves are in words-ru.js and words-en.js. */

/** @type {Record<string, string>} */
let said = {};

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();
let language = "ru";
let zone = /** @type {string | undefined} */ (undefined);

/** Take on the reader's language and zone. */
export async function speakTo(reader) {
  language = reader.language === "en" ? "en" : "ru";
  zone = reader.timezone || undefined;
  formats.clear();
  said = (await import(`../words-${language}.js`)).default;
}

export function say(key, values = {}) {
  const text = said[key] ?? key;
  return formOf(text, Number(values.n ?? 0)).replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** A moment in the reader's zone. */
export function when(seconds, /** @type {Intl.DateTimeFormatOptions} */ shape = { dateStyle: "medium", timeStyle: "short" }) {
  return format(shape).format(seconds * 1000);
}

/** Making a format is slow, and a list needs the same few for every row. */
function format(shape) {
  const key = JSON.stringify(shape);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(language, { ...shape, timeZone: zone }));
  return /** @type {Intl.DateTimeFormat} */ (formats.get(key));
}

/** How long ago, short. */
export function ago(seconds) {
  const passed = Math.max(0, Date.now() / 1000 - seconds);
  if (passed > 86_400) return when(seconds, { timeStyle: "short" });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
  if (passed < 60) return relative.format(0, "second");
  return passed < 3600 ? relative.format(-Math.floor(passed / 60), "minute") : relative.format(-Math.floor(passed / 3600), "hour");
}

/** The day as a heading. */
export function day(seconds) {
  const key = calendar(seconds);
  if (key === calendar(Date.now() / 1000)) return say("today");
  if (key === calendar(Date.now() / 1000 - 86_400)) return say("yesterday");
  const year = calendar(Date.now() / 1000).endsWith(key.slice(-4)) ? undefined : "numeric";
  return when(seconds, { weekday: "long", day: "numeric", month: "long", year });
}

const calendar = (seconds) => when(seconds, { day: "2-digit", month: "2-digit", year: "numeric" });

function formOf(text, n) {
  const forms = text.split("|");
  if (forms.length === 1) return text;
  const names = language === "ru" ? ["one", "few", "many"] : ["one", "other"];
  return forms[Math.max(0, names.indexOf(new Intl.PluralRules(language).select(n)))];
}
