// @ts-check
/** Words and plurals in the reader's language: those of every page are in words-ru.js and words-en.js, the centre's in words/. */

/** @type {Record<string, string>} */
let words = {};

/**
 * The reader's language and time zone.
 * @type {{language: "ru" | "en", timezone?: string}}
 */
export let locale = { language: "ru" };

/** @param {NC.Reader} reader */
export async function setLocale({ language, timezone }) {
  locale = { language: language === "en" ? "en" : "ru", timezone: timezone || undefined };
  words = (await import(`../words-${locale.language}.js`)).default;
}

/** Load the words that only the centre needs. */
export async function addCentreWords() {
  words = { ...words, ...(await import(`../words/centre-${locale.language}.js`)).default };
}

/**
 * The words under a key, with `{name}` filled in; `n` chooses the plural.
 * @param {string} key @param {Record<string, unknown>} values
 */
export function translate(key, values = {}) {
  return plural((words[key] ?? key).split("|"), Number(values.n ?? 0)).replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** @param {string[]} forms @param {number} n */
function plural(forms, n) {
  const names = locale.language === "ru" ? ["one", "few", "many"] : ["one", "other"];
  return (forms.length > 1 && forms[names.indexOf(new Intl.PluralRules(locale.language).select(n))]) || forms[0] || "";
}
