// @ts-check
/** The errors that the reader closed, remembered in a cookie: the same error does not pop up again. */

const COOKIE = "notifcenter_dismissed";
const MAX_ERRORS = 100;
const YEAR_SECONDS = 31_536_000;

/** @param {NC.View} error */
export const wasDismissed = (error) => dismissed().includes(hash(error));

/** @param {NC.View} error */
export function rememberDismissed(error) {
  const hashes = [...dismissed().filter((other) => other !== hash(error)), hash(error)].slice(-MAX_ERRORS);
  document.cookie = `${COOKIE}=${hashes.join(".")}; path=/; max-age=${YEAR_SECONDS}; SameSite=Lax`;
}

function dismissed() {
  const value = document.cookie.match(new RegExp(`(?:^|; )${COOKIE}=([\\w.]*)`))?.[1];
  return value ? value.split(".") : [];
}

/**
 * FNV-1a over header and text, in base 36.
 * @param {NC.View} error
 */
function hash({ title, rows }) {
  let sum = 0x811c9dc5;
  for (const character of `${title}\n${rows[0]?.text}`) sum = Math.imul(sum ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return (sum >>> 0).toString(36);
}
