// @ts-check
/** Parts of a page, which the server renders and the script puts into place. */

/** It tells the server that a script asks, for a part in place of the whole page. */
export const SCRIPT_HEADERS = { "X-Requested-With": "fetch" };

/** @param {Response} response */
export async function parsePart(response) {
  const part = new DOMParser().parseFromString(await response.text(), "text/html");
  part.querySelectorAll("noscript").forEach((element) => element.remove());
  return part;
}
