// @ts-check
/** Actions as widgets pass them: what cannot be used is left away with a warning. */
import { link, warn } from "./widget-extras.js";
import { isVisible, line, string } from "./widget-text.js";

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
