// @ts-check
/** Where the links of notifications lead from this page. */
import { site } from "./api.js";
import { session } from "./session.js";

const TRICKS = /[\s\\\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;
/** Pages of this product, wherever the host application is. */
const OUR_PAGES = /^\/inbox\/(?:$|[?#])/;

/**
 * A link to http, https, tel, mailto or a path of a site, and nowhere by a trick.
 * @param {unknown} value @returns {value is string}
 */
export function isSafeLink(value) {
  if (typeof value !== "string" || !value || TRICKS.test(value)) return false;
  if (value.startsWith("/")) return !value.startsWith("//");
  if (/^(tel|mailto):/i.test(value)) return true;
  return /^https?:\/\//i.test(value) && /** @type {any} */ (URL).canParse(value) && !new URL(value).username;
}

/** @param {unknown} value @returns {value is string} */
export const isSafeImage = (value) => isSafeLink(value) && !/^(tel|mailto):/i.test(value);

/**
 * An anchor's attributes, or null: as written where it leads to this page's site, else absolute and in a tab of its own.
 * @param {unknown} url @param {boolean} isStored a relative link of what is stored belongs to the host application
 * @returns {{href: string, target?: string, rel?: string} | null}
 */
export function linkTo(url, isStored) {
  if (!isSafeLink(url)) return null;
  const href = isStored ? fromHere(url) : url;
  const { origin, protocol } = new URL(href, location.href);
  const isElsewhere = protocol.startsWith("http") && origin !== location.origin;
  return isElsewhere ? { href, target: "_blank", rel: "noopener noreferrer" } : { href };
}

/**
 * An anchor's attributes for a page of this product, wherever the script runs.
 * @param {string} path without the first slash
 */
export const ourPage = (path) => linkTo(new URL(path, site()).href, false);

/**
 * The address of an image.
 * @param {string} url @param {boolean} isStored
 */
export const imageAddress = (url, isStored) => (url.startsWith("/static/notifcenter/") ? new URL(url, site()).href : isStored ? fromHere(url) : url);

/** @param {string} url */
function fromHere(url) {
  if (!url.startsWith("/")) return url;
  const base = OUR_PAGES.test(url) ? site().href : session.page?.crm_url || site().href;
  const href = base.replace(/\/+$/, "") + url;
  return href === location.origin + url ? url : href;
}
